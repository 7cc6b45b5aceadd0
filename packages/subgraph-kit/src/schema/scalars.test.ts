import { expect, test } from "bun:test";
import { dateTimeScalar } from "./scalars.ts";

test.each([
  "2026-01-31",
  "2026-01-31T18:30:00",
  "yesterday",
  "2026-13-01T00:00:00Z",
  1_700_000_000_000,
  null,
])("%p is no DateTime", (value) => {
  expect(() => dateTimeScalar.parseValue(value)).toThrow("with a time zone");
});

test("a DateTime is a moment, whichever zone it is written in", () => {
  const moment = dateTimeScalar.parseValue("2026-01-31T18:30:00+02:00");
  expect(dateTimeScalar.serialize(moment)).toBe("2026-01-31T16:30:00.000Z");
  expect(dateTimeScalar.serialize("2026-01-31 16:30:00+00")).toBe("2026-01-31T16:30:00.000Z");
});
