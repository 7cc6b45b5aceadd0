import { differences } from "../differences.ts";
import type { Section } from "../harness/case.ts";

const licensed = { why: differences.licensedGuards };
const query = "{ me { name } }";
const data = { me: { name: "Ada" } };
const refused = (code: string, details: string) => ({
  errors: [{ message: "Invalid GraphQL request", extensions: { details, code } }],
});

export const batching: Section = {
  name: "batching",
  yaml: "batching: { enabled: true, mode: batch_http_link, maximum_size: 2 }",
  cases: [
    {
      name: "a list of operations",
      send: { body: JSON.stringify([{ query }, { query }]) },
      expect: { status: 200, text: JSON.stringify([{ data }, { data }]) },
      differs: licensed,
    },
    {
      name: "one operation is no list",
      send: { query },
      expect: { status: 200, json: { data } },
      differs: licensed,
    },
    {
      name: "a list that is too long",
      send: { body: JSON.stringify([{ query }, { query }, { query }]) },
      expect: {
        status: 422,
        json: refused(
          "BATCH_LIMIT_EXCEEDED",
          "Batch limits exceeded: you provided a batch with 3 entries, but the configured maximum router batch size is 2",
        ),
      },
      differs: licensed,
    },
    {
      name: "an empty list",
      send: { body: "[]" },
      expect: {
        status: 400,
        json: refused(
          "INVALID_GRAPHQL_REQUEST",
          "failed to decode a valid GraphQL request from path: empty array ",
        ),
      },
      differs: licensed,
    },
  ],
};

export const demandControl: Section = {
  name: "demand control",
  yaml: `demand_control:
  enabled: true
  mode: enforce
  strategy: { static_estimated: { list_size: 10, max: 0.5 } }`,
  cases: [
    {
      name: "an operation that costs too much",
      send: { query },
      expect: {
        status: 200,
        json: {
          errors: [
            {
              message: "query estimated cost 1 exceeded configured maximum 0.5",
              extensions: { "cost.estimated": 1, "cost.max": 0.5, code: "COST_ESTIMATED_TOO_EXPENSIVE" },
            },
          ],
        },
      },
      differs: licensed,
    },
    {
      name: "an operation that costs nothing",
      send: { query: "{ __typename }" },
      expect: { status: 200, json: { data: { __typename: "Query" } } },
      differs: licensed,
    },
  ],
};
