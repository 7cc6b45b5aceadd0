import { readMultipartParts } from "../../support/multipart-parts.ts";
import type { Case, CaseContext, Section } from "../harness/case.ts";

const headers = { accept: "multipart/mixed;deferSpec=20220824, application/json" };

interface Part {
  data?: unknown;
  hasNext: boolean;
  incremental?: Incremental[];
}

interface Incremental {
  data: unknown;
  path: (string | number)[];
  label?: string;
  errors?: { message: string; path: (string | number)[] }[];
}

interface Expectation {
  query: string;
  /** What is answered at once. */
  first: unknown;
  /** What comes later. Which of it comes together, and in which order, is a matter of moments. */
  later: readonly Incremental[];
}

function deferring(name: string, { query, first, later }: Expectation): Case {
  return {
    name,
    send: { query, headers },
    expect: {
      status: 200,
      headers: { "content-type": 'multipart/mixed;boundary="graphql";deferSpec=20220824' },
    },
    check({ answer, equal }: CaseContext) {
      const [beginning, ...parts] = readMultipartParts<Part>(answer.text);
      equal(beginning, { data: first, hasNext: true }, "the first part");
      const found = parts.flatMap(({ incremental = [] }) => incremental);
      equal(sorted(found), sorted(later), "the later parts");
      const hasNext = parts.map((part) => part.hasNext);
      equal(hasNext, [...hasNext.slice(1).map(() => true), false], "whether more comes");
    },
  };
}

/** Their order, that of their keys, and what else an error says are no part of what is compared. */
function sorted(items: readonly Incremental[]): string[] {
  const compared = items.map(({ label, data, path, errors }) =>
    JSON.stringify({ label, data, path, errors: errors?.map(({ message, path }) => ({ message, path })) }),
  );
  return compared.sort();
}

const restaurant = (inner: string) => `{ restaurant(id: "1") { id ${inner} } }`;

export const defer: Section = {
  name: "defer",
  yaml: "include_subgraph_errors: { all: true }",
  cases: [
    deferring("a part of another subgraph", {
      query: restaurant("... @defer { dishes(first: 1) { name } }"),
      first: { restaurant: { id: "1" } },
      later: [{ data: { dishes: [{ name: "Cacio e pepe" }] }, path: ["restaurant"] }],
    }),
    deferring("parts of each item of a list", {
      query: "{ restaurants(first: 2) { id ... @defer { seats } } }",
      first: { restaurants: [{ id: "1" }, { id: "2" }] },
      later: [
        { data: { seats: 40 }, path: ["restaurants", 0] },
        { data: { seats: 12 }, path: ["restaurants", 1] },
      ],
    }),
    deferring("two parts of one object, with labels", {
      query: restaurant('... @defer(label: "one") { seats } ... @defer(label: "two") { menuNote }'),
      first: { restaurant: { id: "1" } },
      later: [
        { data: { seats: 40 }, path: ["restaurant"], label: "one" },
        { data: { menuNote: "Note 1" }, path: ["restaurant"], label: "two" },
      ],
    }),
    deferring("a part within a part", {
      query: restaurant("... @defer { seats ... @defer { menuNote } }"),
      first: { restaurant: { id: "1" } },
      later: [
        { data: { seats: 40 }, path: ["restaurant"] },
        { data: { menuNote: "Note 1" }, path: ["restaurant"] },
      ],
    }),
    deferring("a part with an error", {
      query: '{ restaurant(id: "2") { id ... @defer { menuNote } } }',
      first: { restaurant: { id: "2" } },
      later: [
        {
          data: { menuNote: null },
          path: ["restaurant"],
          errors: [{ message: "The note of restaurant 2 is lost", path: ["restaurant", "menuNote"] }],
        },
      ],
    }),
    deferring("a part at the root", {
      query: '{ me { id } ... @defer { restaurant(id: "1") { seats } } }',
      first: { me: { id: "1" } },
      later: [{ data: { restaurant: { seats: 40 } }, path: [] }],
    }),
    deferring("a part on a condition that holds", {
      query: restaurant("... @defer(if: true) { seats }"),
      first: { restaurant: { id: "1" } },
      later: [{ data: { seats: 40 }, path: ["restaurant"] }],
    }),
  ],
};
