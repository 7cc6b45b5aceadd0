import { describe, expect, test } from "bun:test";
import { leastMs } from "../../../tests/support/least-ms.ts";
import { scanText } from "./scan-text.ts";

const limits = { tokensMax: 100, nestingMax: 10 };

describe("tokens", () => {
  // As Apollo Router's lexer counts: white space, commas and comments are tokens too.
  test.each([
    ["", 0],
    ["{a}", 3],
    ["{ a }", 5],
    ["{a,b}", 5],
    ["{a,,b}", 6],
    ["{a \n\t b}", 5],
    ["#comment\n{a}", 5],
    ['{a(b:"c d")}', 8],
    ['{a(b:"\\"")}', 8],
    ['{a(b:"""c " d""")}', 8],
    ['{a(b:"""c \\""" d""")}', 8],
    ["{...F}", 4],
    ["{a(b:-1.5e+3)}", 8],
    ["{a(b:[1,-2,3.0])}", 14],
  ])("of %s are %p", (text, expected) => {
    expect(scanText(text, limits).tokens).toBe(expected);
  });

  test("are counted no further than the limit", () => {
    const scanBoth = () => {
      expect(scanText("{".repeat(2_000_000), limits)).toMatchObject({ nesting: 11, end: 11 });
      expect(scanText("a ".repeat(1_000_000), limits)).toMatchObject({ tokens: 101, end: 100 });
    };
    expect(leastMs(scanBoth)).toBeLessThan(20);
  });
});

describe("nesting", () => {
  test.each([
    ["{a{b}c{d}}", 2],
    ["{a(b:[[1]])}", 4],
    ['{a(b:"{{{{")}', 2],
    ["{a #{{{\n}", 1],
    ['{a(b:"""[[["[""")}', 2],
    ["}}}{{", 0],
  ])("of %s is %p", (text, nesting) => {
    expect(scanText(text, limits).nesting).toBe(nesting);
  });
});

test("what never ends is scanned once", () => {
  const letters = "a".repeat(1_900_000);
  for (const text of [`"${letters}`, `"""${letters}`, `#${letters}`, letters, '"""\\'.repeat(400_000)]) {
    expect(leastMs(() => expect(scanText(text, limits).tokens).toBeLessThanOrEqual(101))).toBeLessThan(100);
  }
});
