import { describe, expect, test } from "bun:test";
import { type PageRequest, readPage, toConnection } from "./connection.ts";
import { writeCursor } from "./cursor.ts";

const list = { list: "orders.open", keys: 2 };
const codeOf = (request: PageRequest) => {
  try {
    readPage(request, list);
    return "fine";
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

describe("a page", () => {
  test("has a size within its bounds", () => {
    expect([{}, { first: null }, { first: 1 }, { first: 100 }].map(codeOf)).toEqual(Array(4).fill("fine"));
    expect([{ first: 0 }, { first: -1 }, { first: 101 }, { first: 1.5 }].map(codeOf)).toEqual(
      Array(4).fill("BAD_PAGE"),
    );
  });

  test("begins after a cursor of its own list, and no other", () => {
    expect(readPage({ after: writeCursor("orders.open", ["a", "1"]) }, list).after).toEqual(["a", "1"]);
    const bad = ["", "nonsense", writeCursor("orders.closed", ["a", "1"]), writeCursor("orders.open", ["a"])];
    expect(bad.map((after) => codeOf({ after }))).toEqual(Array(4).fill("BAD_CURSOR"));
  });

  test("knows whether there is a next by the one row more that it asked for", () => {
    const page = readPage({ first: 2 }, list);
    const connect = (ids: string[]) => toConnection(ids, page, (id) => ["x", id]);
    expect(page.limit).toBe(3);
    expect(connect(["1", "2", "3"])).toMatchObject({
      edges: [{ node: "1" }, { node: "2" }],
      pageInfo: { hasNextPage: true },
    });
    expect(connect(["1", "2"]).pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: false });
    expect(connect([]).pageInfo).toMatchObject({ startCursor: null, endCursor: null });
  });
});
