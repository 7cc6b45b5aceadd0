import { createSubgraph } from "../subgraph.ts";

const sdl = /* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@shareable"])

  scalar Upload

  type Query {
    me: Guest
    guest(id: ID!): Guest
    guests: [Guest]!
  }

  type Mutation {
    renameGuest(id: ID!, name: String!): Guest!
    uploadPhoto(file: Upload!): Photo!
    uploadPhotos(files: [Upload!]!): [Photo!]!
    greet(name: String!): String!
  }

  type Guest @key(fields: "id") {
    id: ID!
    name: String! @shareable
    email: String
    favourite: Dish
  }

  type Dish @key(fields: "id", resolvable: false) {
    id: ID!
  }

  type Photo {
    name: String!
    bytes: Int!
  }
`;

interface Guest {
  id: string;
  name: string;
  email: string | null;
  favourite: { id: string } | null;
}

const guests: Guest[] = [
  { id: "1", name: "Ada", email: "ada@example.com", favourite: { id: "10" } },
  { id: "2", name: "Ben", email: null, favourite: { id: "20" } },
  { id: "3", name: "Cleo", email: "cleo@example.com", favourite: null },
];

export const guestsSubgraph = createSubgraph({
  name: "guests",
  sdl,
  resolvers: {
    Query: {
      me: () => guests[0],
      guest: (_, { id }: { id: string }) => findGuest(id),
      guests: () => guests,
    },
    Mutation: {
      renameGuest: (_, { id, name }: { id: string; name: string }) => {
        const guest = findGuest(id);
        if (!guest) throw new Error(`There is no guest ${id}`);
        return { ...guest, name };
      },
      uploadPhoto: (_, { file }: { file: File }) => photo(file),
      uploadPhotos: (_, { files }: { files: File[] }) => files.map(photo),
      greet: (_, { name }: { name: string }) => `Hello ${name}`,
    },
    Guest: { __resolveReference: ({ id }: { id: string }) => findGuest(id) },
  },
});

function findGuest(id: string): Guest | undefined {
  return guests.find((guest) => guest.id === id);
}

function photo(file: File) {
  return { name: file.name, bytes: file.size };
}
