/** The release of Apollo's composition that ours is held against, and that rover.config.yaml has to name. */
export const federationVersion = "2.14.4";
