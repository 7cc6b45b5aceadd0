import { federation2 } from "./federation-2.ts";

/** Unions and interfaces whose members and fields lie in different subgraphs. */
export const abstractTypes = federation2({
  animals: `
    type Query { pets: [Pet!] pet: Pet nodes: [Node] oneOf: AnyPet owners: [Owner!]! }
    interface Node { id: ID! }
    interface Pet implements Node { id: ID! name: String owner: Owner }
    type Dog implements Pet & Node @key(fields: "id") { id: ID! name: String owner: Owner barks: Boolean! toy: Toy }
    type Cat implements Pet & Node @key(fields: "id") { id: ID! name: String owner: Owner lives: Int toy: Toy }
    type Owner implements Node @key(fields: "id") { id: ID! pets: [Pet] home: Place }
    union AnyPet = Dog | Cat
    union Toy = Ball | Bone
    type Ball @shareable { color: String size: Int! }
    type Bone @shareable { taste: String size: Float }
    union Place = House | Flat
    type House @key(fields: "address") { address: String! }
    type Flat @key(fields: "address") { address: String! }
  `,
  clinic: `
    type Query { patients(kind: Kind): [Patient!]! urgent: AnyPet visits: [Visit] }
    union Patient = Dog | Cat | Parrot
    union AnyPet = Dog | Cat
    enum Kind { FURRY FEATHERED }
    interface Treated { lastVisit: Visit }
    type Dog implements Treated @key(fields: "id") { id: ID! lastVisit: Visit vaccinated: Boolean }
    type Cat implements Treated @key(fields: "id") { id: ID! lastVisit: Visit chip: String }
    type Parrot implements Treated @key(fields: "id") { id: ID! lastVisit: Visit words: [String!] }
    type Visit @key(fields: "id") { id: ID! patient: Patient cost(currency: String): Float }
  `,
  homes: `
    interface Building { rooms: Int address: String! }
    type House implements Building @key(fields: "address") { address: String! rooms: Int garden: Boolean dwellers: [Pet] }
    type Flat implements Building @key(fields: "address") { address: String! rooms: Int floor: Int! dwellers: [Pet] }
    type Query { buildings: [Building] }
    interface Pet { id: ID! }
    type Dog implements Pet @key(fields: "id") { id: ID! sleepsAt: Building }
    type Cat implements Pet @key(fields: "id") { id: ID! sleepsAt: Building }
  `,
  birds: `
    type Query { birds: [Parrot] colony: Node }
    interface Node { id: ID! }
    type Parrot implements Node @key(fields: "id") { id: ID! colors: [String] mate: Parrot friends: [Node!] }
    type Visit implements Node @key(fields: "id") { id: ID! vet: String }
  `,
});
