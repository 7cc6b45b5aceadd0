/** Under these names, Apollo Router's own, the context tells coprocessors, header rules and selectors who asks. */
export const contextKeys = {
  claims: "apollo::authentication::jwt_claims",
  status: "apollo::authentication::jwt_status",
  authenticationRequired: "apollo::authorization::authentication_required",
  requiredScopes: "apollo::authorization::required_scopes",
  /** From the operation each with `null`; a coprocessor at the supergraph stage answers with `true` or `false`. */
  requiredPolicies: "apollo::authorization::required_policies",
} as const;
