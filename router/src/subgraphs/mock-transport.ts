import {
  buildASTSchema,
  type DocumentNode,
  execute,
  extendSchema,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  isObjectType,
  parse,
} from "graphql";
import type { RouterConfig } from "../config/router-config.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { ReadResponse } from "../subgraph-client/read-response.ts";
import type { SubgraphRequest, SubgraphResponse, Transport } from "../subgraph-client/transport.ts";

type MockConfig = NonNullable<RouterConfig["experimentalMockSubgraphs"]>[string];

/** `experimental_mock_subgraphs`: answers for all subgraphs from data in the configuration. */
export function createMocks(
  { experimentalMockSubgraphs: mocks }: RouterConfig,
  supergraph: DocumentNode,
): ((name: string) => Transport) | undefined {
  if (!mocks) return undefined;
  const schema = buildMockSchema(supergraph);
  return (name) => new MockTransport(schema, Object.hasOwn(mocks, name) ? mocks[name] : undefined);
}

/** The types of all subgraphs together, with the field by which entities are asked for. */
function buildMockSchema(supergraph: DocumentNode): GraphQLSchema {
  const schema = buildASTSchema(supergraph, { assumeValidSDL: true });
  const queryName = schema.getQueryType()?.name ?? "Query";
  const entities = Object.values(schema.getTypeMap()).filter(
    (type) => isObjectType(type) && !type.name.startsWith("__"),
  );
  const machinery = parse(`
    scalar _Any
    union _Entity = ${entities.map(({ name }) => name).join(" | ")}
    extend type ${queryName} { _entities(representations: [_Any!]!): [_Entity]! }
  `);
  return extendSchema(schema, machinery, { assumeValid: true });
}

/** What one operation adds to the extensions of its answer. */
interface Tags {
  root: JsonValue[];
  entities: JsonValue[];
}

/** A subgraph that is only acted. What it does not know is an error in its answer, as from a real one. */
class MockTransport implements Transport {
  constructor(
    private readonly schema: GraphQLSchema,
    private readonly mock: MockConfig | undefined,
  ) {}

  async send(request: SubgraphRequest): Promise<SubgraphResponse> {
    const asked = JSON.parse(String(request.body)) as JsonObject;
    const answer = this.mock ? await this.answer(this.mock, asked) : unknown;
    const headers = new Headers({ ...this.mock?.headers, "content-type": "application/json" });
    return new ReadResponse(200, headers, Buffer.from(JSON.stringify(answer)));
  }

  close(): void {}

  private async answer(mock: MockConfig, { query, variables, operationName }: JsonObject): Promise<object> {
    const tags: Tags = { root: [], entities: [] };
    const { data, errors } = await execute({
      schema: this.schema,
      document: parse(String(query)),
      rootValue: mock,
      contextValue: tags,
      ...(isJsonObject(variables) && { variableValues: variables }),
      ...(typeof operationName === "string" && { operationName }),
      fieldResolver: resolveMocked,
      typeResolver: ({ __typename: name }: { __typename?: string }) => name,
    });
    const extensions = {
      ...(tags.root.length > 0 && { apolloCacheTags: tags.root }),
      ...(tags.entities.length > 0 && { apolloEntityCacheTags: tags.entities }),
    };
    return { data, errors, extensions };
  }
}

const unknown = {
  errors: [{ message: "subgraph mock not configured", extensions: { code: "SUBGRAPH_MOCK_NOT_CONFIGURED" } }],
};

const resolveMocked: GraphQLFieldResolver<MockConfig | JsonObject, Tags> = (source, args, tags, info) => {
  const isRoot = info.path.prev === undefined;
  if (!isRoot) return mockedValue(source as JsonObject, info.fieldName);
  const mock = source as MockConfig;
  if (info.fieldName === "_entities") {
    return (args as { representations: JsonValue[] }).representations.map((each) =>
      findEntity(mock, each, tags),
    );
  }
  const data = info.operation.operation === "mutation" ? mock.mutation : mock.query;
  if (!data) throw new Error(`${info.operation.operation} is not supported`);
  const value = mockedValue(data as JsonObject, info.fieldName);
  collectTags(value, tags);
  return value;
};

function mockedValue(mocks: JsonObject, name: string): JsonValue {
  if (!Object.hasOwn(mocks, name)) throw new Error(`field '${name}' not found in mocked data`);
  return mocks[name]!;
}

/** Tags stand beside the fields of whatever a root field leads to. */
function collectTags(value: JsonValue, tags: Tags): void {
  if (Array.isArray(value)) for (const item of value) collectTags(item, tags);
  if (!isJsonObject(value)) return;
  const { __cacheTags: own, ...fields } = value;
  if (Array.isArray(own)) tags.root.push(...own);
  for (const field of Object.values(fields)) collectTags(field, tags);
}

/** An error in the place of one that is not there: the others are answered. */
function findEntity({ entities }: MockConfig, representation: JsonValue, tags: Tags): JsonObject | Error {
  const found = (entities as JsonObject[]).find((entity) => matches(entity, representation));
  if (!found) {
    return new Error(`no mocked entity found for representation ${JSON.stringify(representation)}`);
  }
  if (found.__cacheTags !== undefined) tags.entities.push(found.__cacheTags);
  return found;
}

/** Whether a mocked value has all that a representation names; lists in any order. */
function matches(mocked: JsonValue | undefined, wanted: JsonValue): boolean {
  if (isJsonObject(wanted)) {
    return (
      isJsonObject(mocked) && Object.entries(wanted).every(([name, each]) => matches(mocked[name], each))
    );
  }
  if (!Array.isArray(wanted)) return mocked === wanted;
  if (!Array.isArray(mocked) || mocked.length !== wanted.length) return false;
  return mocked.every((each) => wanted.some((other) => matches(each, other)));
}
