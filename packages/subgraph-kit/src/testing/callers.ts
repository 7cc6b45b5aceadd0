import type { Caller, VerifyContext } from "../context/caller.ts";

export const testContextHeader = "x-test-caller";

/** Stands in for the router's signed context: the caller is in a header as it is. For tests alone. */
export const trustTestCaller: VerifyContext = (headers) => {
  const text = headers.get(testContextHeader);
  return text === null ? undefined : (JSON.parse(text) as Caller);
};

let suites = 0;

/** A tenant that no other suite has. */
export function uniqueTenant(): string {
  suites += 1;
  return `suite-${process.pid}-${suites}`;
}

export function testCaller(caller: Partial<Caller> = {}): Caller {
  return {
    tenantId: "vinovoyage",
    userId: "user-1",
    roles: ["USER"],
    scopes: [],
    requestId: "request-1",
    ...caller,
  };
}
