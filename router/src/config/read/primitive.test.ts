import { expect, test } from "bun:test";
import { primitiveOf } from "./primitive.ts";

test.each([
  ["5", 5],
  ["-5", -5],
  ["+5", 5],
  [" 5\n", 5],
  ["5 # five", 5],
  ["0x1F", 31],
  ["-0x1F", -31],
  ["0o7", 7],
  ["0b11", 3],
  [".5", 0.5],
  ["1.", 1],
  ["1.5e3", 1_500],
  ["18446744073709551615", 2 ** 64],
  ["true", true],
  ["false # off", false],
  ["~", null],
  ["null", null],
])("%j means %p", (text, value) => {
  expect(primitiveOf(text)).toBe(value);
});

test.each([
  "",
  "007",
  "00",
  "True",
  "NULL",
  "yes",
  "#c",
  "1_000",
  "1e",
  "0x",
  "12345678901234567890123",
  "a # b",
  ".",
  "-",
])("%j is a text", (text) => {
  expect(primitiveOf(text)).toBe(text);
});
