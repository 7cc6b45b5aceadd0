export { type CallerContext, contextHeader, contextType, issuer } from "./caller-context.ts";
export { type ContextKey, deriveContextKey, readKeySet, secretBytesMin, toKeySet } from "./context-key.ts";
export { signContext } from "./sign-context.ts";
export { createContextVerifier, type Verdict, type VerifierOptions } from "./verify-context.ts";
