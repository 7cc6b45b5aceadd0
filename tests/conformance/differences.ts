/** Why ours answers otherwise than Apollo Router. Each stands in docs/engines.md, and a test holds both equal. */
export const differences = {
  brokenEncoding:
    "A body that is not in the encoding it claims is the client's mistake: 400. Apollo Router answers 500.",
  collidingAliases:
    "An alias may be the name of a field that another subgraph needs. Apollo Router answers 500.",
  defer: "A client that does not accept parts gets a deferred answer whole. Apollo Router answers it 406.",
  durations:
    "`config validate` refuses bad durations; Apollo Router accepts them there and refuses to start.",
  encodingQuality:
    "`Accept-Encoding` with q values is compressed too. Apollo Router answers such clients uncompressed.",
  garbageData:
    "`data` that is not an object gives the subgraph's fields null and one error. Apollo Router's answer varies from run to run, without an error.",
  jsonBodies:
    "A body is what JavaScript reads as JSON: of a key given twice the last counts, a byte order mark is skipped, text after the value is an error. Apollo Router refuses the first two and ignores the last.",
  largeNumbers:
    "Numbers beyond 2^53 in a custom scalar are rounded to JavaScript's precision. Apollo Router keeps their digits.",
  licensedGuards:
    "Batching, demand control, coprocessors and lists of persisted queries work without a licence.",
  licensedAccess: "JWT authentication and authorization directives work without a licence.",
  licensedLimits: "`max_depth`, `max_height`, `max_aliases` and `max_root_fields` work without a licence.",
  mediaType:
    "The answer has the media type that `Accept` asks for. Apollo Router says `application/json` over every answer.",
  missingFeatures:
    "`config validate` exits 3 for features that this engine does not have (Rhai, connectors). Apollo Router has them.",
  signalReload: "SIGHUP reloads once without `--hot-reload`. Apollo Router then ignores it.",
  syntaxErrors:
    "The first syntax error is reported alone, in graphql-js's words. Apollo Router reads on and reports what follows from it.",
  uploads:
    "Files of an upload may come in any order, and one may serve several fetches: they are held, each within `max_file_size`, until a fetch needs them. Apollo Router streams them, and refuses operations that do not use them in order.",
  wholeFloats: "`4.0` is an Int, as the GraphQL specification allows. Apollo Router refuses it.",
} as const;
