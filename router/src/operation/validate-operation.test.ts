import { expect, test } from "bun:test";
import { buildSchema, parse } from "graphql";
import { leastMs } from "../../../tests/support/least-ms.ts";
import { validateOperation } from "./validate-operation.ts";

const schema = buildSchema(`
  scalar Any
  enum Color { RED GREEN }
  input In { a: Int b: String! c: [Int!] d: In e: Color = RED }
  interface Node { id: ID! }
  type User implements Node { id: ID! name: String friend(first: Int!, kind: Color): User friends: [User!] pet: Pet }
  type Cat { name: String meow: Int! lives: Int }
  type Dog { name: String! bark: String lives: Int! }
  union Pet = Cat | Dog
  type Query {
    me: User user(id: ID!): User pet: Pet
    s(v: String): String i(v: Int): String f(v: Float): String b(v: Boolean): String id(v: ID): String
    c(v: Color): String l(v: [Int]): String ln(v: [Int!]!): String o(v: In): String
  }
`);

/** Captured from Apollo Router 2.17 with this schema. Every conflict ends in the same advice, left out here. */
const captured: [query: string, errors: string[]][] = [
  [
    "{me{nothing}}",
    [
      '1:2 Field "me" of type "Query" must have a selection of subfields. Did you mean "me { ... }"?',
      '1:5 Cannot query field "nothing" on type "User".',
    ],
  ],
  ["{me{name frend{id}}}", ['1:10 Cannot query field "frend" on type "User".']],
  [
    "{me{friend(first:1){nothing} nope}}",
    [
      '1:5 Field "friend" of type "User" must have a selection of subfields. Did you mean "friend { ... }"?',
      '1:21 Cannot query field "nothing" on type "User".',
      '1:30 Cannot query field "nope" on type "User".',
    ],
  ],
  [
    "{pet{name}}",
    [
      '1:2 Field "pet" of type "Query" must have a selection of subfields. Did you mean "pet { ... }"?',
      '1:6 Cannot query field "name" on type "Pet".',
    ],
  ],
  ["{me}", ['1:2 Field "me" of type "Query" must have a selection of subfields. Did you mean "me { ... }"?']],
  [
    "{me{friends}}",
    [
      '1:5 Field "friends" of type "User" must have a selection of subfields. Did you mean "friends { ... }"?',
    ],
  ],
  [
    "{me{name{x}}}",
    [
      '1:2 Field "me" of type "Query" must have a selection of subfields. Did you mean "me { ... }"?',
      '1:5 Field "name" must not have a selection since type "String" has no subfields',
    ],
  ],
  [
    "{me{...on Nope{id}}}",
    [
      '1:2 Field "me" of type "Query" must have a selection of subfields. Did you mean "me { ... }"?',
      '1:11 Unknown type "Nope".',
    ],
  ],
  ["{me{...F}}", ['1:5 Unknown fragment "F".']],
  ["{user(id:1,more:2){id}}", ['1:12 Unknown argument "more" on field "Query.user".']],
  [
    "{user(idd:1){id}}",
    [
      '1:2 Field "user" argument "id" of type "ID!" is required, but it was not provided.',
      '1:7 Unknown argument "idd" on field "Query.user".',
    ],
  ],
  ["{user{id}}", ['1:2 Field "user" argument "id" of type "ID!" is required, but it was not provided.']],
  ['{i(v:"a")}', ['1:6 Int cannot represent value: "a"']],
  ["{i(v:3000000000)}", ["1:6 Int cannot represent non 32-bit signed integer value: 3000000000"]],
  ["{i(v:1.5)}", ["1:6 Int cannot represent value: 1.5"]],
  ["{s(v:1)}", ["1:6 String cannot represent value: 1"]],
  ["{b(v:1)}", ["1:6 Boolean cannot represent value: 1"]],
  ["{f(v:true)}", ["1:6 Float cannot represent value: true"]],
  ["{id(v:1.5)}", ["1:7 ID cannot represent value: 1.5"]],
  ['{c(v:"RED")}', ['1:6 Color cannot represent value: "RED"']],
  ["{c(v:BLUE)}", ['1:6 Value "BLUE" does not exist in "Color" enum.']],
  ['{l(v:[1,"a"])}', ['1:9 Int cannot represent value: "a"']],
  ["{ln(v:[null])}", ["1:8 Int cannot represent value: null"]],
  ["{o(v:{})}", ['1:6 Field "In.b" of required type "String!" was not provided.']],
  ['{o(v:{b:"x",zz:1})}', ['1:16 Field "zz" is not defined by type "In".']],
  ["{o(v:1)}", ["1:6 In cannot represent value: 1"]],
  ["{o(v:[])}", ["1:6 In cannot represent value: []"]],
  ["query A{user(id:$id){id}}", ['1:17 Variable "$id" is not defined.']],
  ["query A($id:ID){me{id}}", ['1:9 Variable "$id" is never used.']],
  [
    "query($v:String!){i(v:$v)}",
    ['1:21 Variable "$v" of type "String!" used in position expecting type "Int".'],
  ],
  [
    "query($v:[Int]){ln(v:$v)}",
    ['1:20 Variable "$v" of type "[Int]" used in position expecting type "[Int!]!".'],
  ],
  [
    "query($g:User){user(id:$g){id}}",
    [
      '1:7 Variable "$g" cannot be non-input type "User".',
      '1:21 Variable "$g" of type "User" used in position expecting type "ID!".',
    ],
  ],
  ["query($a:ID!,$a:ID!){user(id:$a){id}}", ['1:14 There can be only one variable named "$a".']],
  ["query($a:Int!=null){i(v:$a)}", ["1:15 Int cannot represent value: null"]],
  ["{me @nothing{id}}", ['1:5 Unknown directive "@nothing".']],
  ["query @skip(if:true){me{id}}", ['1:7 Directive "@skip" may not be used on QUERY.']],
  [
    "{me @skip{id}}",
    ['1:5 Directive "@skip" argument "if" of type "Boolean!" is required, but it was not provided.'],
  ],
  [
    "{me @skip(if:true) @skip(if:false){id}}",
    ['1:20 The directive "@skip" can only be used once at this location.'],
  ],
  [
    "{me @include(iff:true){id}}",
    [
      '1:5 Directive "@include" argument "if" of type "Boolean!" is required, but it was not provided.',
      '1:14 Unknown argument "iff" on field "@include".',
    ],
  ],
  ["{me{id}} fragment F on User{id}", ['1:10 Fragment "F" is never used.']],
  ["{me{...F}} fragment F on User{id ...F}", ['1:12 Cannot spread fragment "F" within itself via "F"']],
  [
    "{me{...F}} fragment F on User{id ...G} fragment G on User{...F}",
    ['1:12 Cannot spread fragment "F" within itself via "F", "G"'],
  ],
  [
    "{me{...F}} fragment F on User{id} fragment F on User{name}",
    ['1:44 There can be only one fragment named "F".'],
  ],
  [
    "{me{...on Cat{name}}}",
    ['1:5 Fragment cannot be spread here as objects of type "User" can never be of type "Cat".'],
  ],
  [
    "{me{...F}} fragment F on Cat{name}",
    ['1:5 Fragment "F" cannot be spread here as objects of type "User" can never be of type "Cat".'],
  ],
  [
    "{a:user(id:1){id} a:user(id:2){id}}",
    ['1:19 Fields "user" conflict because they have differing arguments.'],
  ],
  [
    "{me{a:id a:name}}",
    [
      '1:10 Fields "a" conflict because they return conflicting types "ID! and "String".',
      '1:10 Fields "a" conflict because "id" and "name" are different fields.',
    ],
  ],
  [
    "{pet{...on Cat{x:lives x:meow}...on Dog{x:lives}}}",
    [
      '1:24 Fields "x" conflict because they return conflicting types "Int and "Int!".',
      '1:24 Fields "x" conflict because "lives" and "meow" are different fields.',
      '1:41 Fields "x" conflict because they return conflicting types "Int and "Int!".',
    ],
  ],
  [
    "{me{friends{a:id} friends{a:name}}}",
    [
      '1:27 Fields "a" conflict because they return conflicting types "ID! and "String".',
      '1:27 Fields "a" conflict because "id" and "name" are different fields.',
    ],
  ],
  ["query A{me{id}} query A{me{id}}", ['1:23 There can be only one operation named "A".']],
  ["{me{id}} query A{me{id}}", ["1:1 This anonymous operation must be the only defined operation."]],
];

test.each(captured)("%s", (query, expected) => {
  const errors = validateOperation(schema, parse(query));
  for (const { locations, extensions } of errors) {
    expect(locations).toHaveLength(1);
    expect(extensions).toEqual({ code: "GRAPHQL_VALIDATION_FAILED" });
  }
  expect(
    errors.map(({ message, locations: [place] = [] }) => {
      const text = message.replace(
        " Use different aliases on the fields to fetch both if this was intentional.",
        "",
      );
      return `${place?.line}:${place?.column} ${text}`;
    }),
  ).toEqual(expected);
});

test("what is valid has no errors", () => {
  const query =
    'query($v: In = { b: "x" }) { o(v: $v) me { ...F } } fragment F on Node { id ... on User { name } }';
  expect(validateOperation(schema, parse(query))).toEqual([]);
});

test("a hundred errors are told, no more", () => {
  const query = `{ ${Array.from({ length: 500 }, (_, index) => `x${index}`).join(" ")} }`;
  expect(validateOperation(schema, parse(query))).toHaveLength(100);
});

test("the errors of a long text quote no more than a few times its length", () => {
  const variables = Array.from({ length: 110 }, (_, index) => `$v${index}: Int`).join(" ");
  const query = `query ${"a".repeat(1_900_000)}(${variables}) { me { id } }`;
  const check = () => expect(validateOperation(schema, parse(query)).length).toBeLessThan(10);
  expect(leastMs(check)).toBeLessThan(500);
});
