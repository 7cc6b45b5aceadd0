import { expect, test } from "bun:test";
import { createContextVerifier, deriveContextKey } from "@mycelium/signed-context";
import { configFromYaml } from "../../config/router-config.ts";
import { anonymous, type Caller } from "../caller.ts";
import { compileContext } from "./compile-context.ts";

const secret = "0123456789abcdef0123456789abcdef";
const config = configFromYaml(`plugins: { mycelium.context: { keys: [{ id: k1, secret: ${secret} }] } }`);
const verifierFor = (audience: string) =>
  createContextVerifier({ audience, keys: [deriveContextKey({ id: "k1", secret }, audience)] });

test("nothing is signed unless configured", () => {
  expect(compileContext(configFromYaml(""), "orders")).toBeUndefined();
});

test.each(["", "a", "ab", "abc", "ä", "\u{1f600}", 'quotes " and \\ backslashes', "line\nbreak"])(
  "what is signed for the user %j is verified, whatever its length",
  (user) => {
    const caller: Caller = { ...anonymous, user, tenant: "t", roles: ["A", "B"], scopes: ["x", "y"] };
    const context = compileContext(config, "orders")!;
    for (const requestId of ["r1", "r-22", 'r"3']) {
      expect(verifierFor("orders")(context.sign(caller, requestId))).toEqual({
        kind: "verified",
        context: { user, tenant: "t", roles: ["A", "B"], scopes: ["x", "y"], requestId },
      });
    }
  },
);

test("nobody is signed for, too", () => {
  expect(verifierFor("orders")(compileContext(config, "orders")!.sign(anonymous, "r"))).toMatchObject({
    kind: "verified",
    context: { user: undefined, tenant: undefined, roles: [], scopes: [] },
  });
});

test("what is for one subgraph is nothing to another", () => {
  const token = compileContext(config, "orders")!.sign(anonymous, "r");
  expect(verifierFor("users")(token).kind).toBe("refused");
});
