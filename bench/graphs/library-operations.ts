import { NONCE } from "./nonce.ts";

/** About 90 KB of answer over three levels of entity fetches. */
export const heavyBody = JSON.stringify({ query: heavyOperation(false) });

/** The same, where each fetch carries a variable that no other request has. */
export const heavyVaryingBody = JSON.stringify({ query: heavyOperation(true), variables: { for: NONCE } });

export const passThroughBody = JSON.stringify({ query: "{ readers { id handle name joinedYear } }" });

/** Four fetches; aliases that no earlier request used make it a new operation each time. */
export const coldBody = JSON.stringify({
  query: `{ books${NONCE}: popularBooks(first: 3) {
    isbn title${NONCE}: title price inStock deliveryDays notes { id author { id handle name${NONCE}: name } }
  } }`,
});

const SMALL_OPERATIONS = 200;
const readerFields = ["id", "handle", "name", "joinedYear"];
const bookFields = ["isbn", "title", "price", "weight", "inStock", "deliveryDays"];

/** Operations that differ in fields, arguments and aliases: each needs its own plan, none is large. */
export const smallBodies: readonly string[] = Array.from({ length: SMALL_OPERATIONS }, (_, index) => {
  const readerSelection = someOf(readerFields, index);
  const bookSelection = someOf(bookFields, index);
  const shapes = [
    `{ first${index}: reader(id: "${1 + (index % 6)}") { ${readerSelection} } }`,
    `{ popularBooks(first: ${1 + (index % 9)}) { item${index}: isbn ${bookSelection} } }`,
    `{ readers { ${readerSelection} notes { note${index}: id } } }`,
    `{ popularBooks(first: 2) { ${bookSelection} notes { id text${index}: id author { handle } } } }`,
  ];
  return JSON.stringify({ query: shapes[index % shapes.length] });
});

function heavyOperation(varying: boolean): string {
  const argument = varying ? "(for: $for)" : "";
  return `query Heavy${varying ? "($for: String)" : ""} {
    readers${argument} {
      ...ReaderFields
      notes${argument} { ...NoteFields book { ...BookFields notes${argument} { ...NoteFields ...Author } } }
    }
    popularBooks${argument} { ...BookFields notes${argument} { ...NoteFields ...Author } }
  }
  fragment Author on Note {
    author { ...ReaderFields notes${argument} { ...NoteFields book { ...BookFields } } }
  }
  fragment ReaderFields on Reader { id handle name${argument} }
  fragment NoteFields on Note { id text }
  fragment BookFields on Book { inStock${argument} title${argument} price deliveryDays isbn weight }`;
}

function someOf(fields: readonly string[], pattern: number): string {
  const chosen = fields.filter((_, index) => ((pattern >> (index % 6)) & 1) === 1);
  return (chosen.length > 0 ? chosen : fields.slice(0, 1)).join(" ");
}
