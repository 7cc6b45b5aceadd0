import { map } from "../schema/compound.ts";
import { text } from "../schema/scalar.ts";

const subgraphUrl = text().check((raw, report) => {
  if (!/^unix:\/\/\/./.test(raw) && !(URL.canParse(raw) && /^https?:/.test(raw))) {
    report([], `"${raw}" is not a URL such as http://reviews:4001/graphql or unix:///run/reviews.sock`);
  }
});

export const overrideSubgraphUrlSection = map(subgraphUrl).default({});
