import { sentenceOf } from "./sentences.ts";

interface ForWhom {
  readonly for?: string;
}

interface Note {
  readonly id: string;
  readonly text: string;
  readonly book: () => Book;
  readonly author: () => Reader;
}

const NOTES_PER_READER = 2;
const AUTHOR_INDEX = 0;

export const readers = [
  "Ines Marlow",
  "Tobias Quill",
  "Hana Ferro",
  "Oskar Lindt",
  "Mira Sund",
  "Jonas Abel",
].map((name, index) => ({
  id: String(index + 1),
  handle: name.toLowerCase().replace(" ", "."),
  name: (args: ForWhom) => addressed(name, args),
  joinedYear: 2001 + index,
  notes: () => notes.slice(0, NOTES_PER_READER),
}));
type Reader = (typeof readers)[number];

const titles = ["Tides", "Ashes", "Salt", "Moss", "Vigil", "Prism", "Haven", "Ember", "Drift"];
const prices = [899, 1299, 15, 499, 1299, 6999, 3999, 100_000, 9999];
const weights = [100, 1000, 20, 100, 1000, 300, 2000, 6000, 800];
const inStock = [true, false, false, false, true, true, true, false, true];

export const books = titles.map((title, index) => {
  const isbn = String(index + 1);
  const price = prices[index]!;
  const weight = weights[index]!;
  return {
    isbn,
    title: (args: ForWhom) => addressed(title, args),
    price,
    weight,
    inStock: inStock[index]!,
    deliveryDays: deliveryDays(price, weight),
    notes: () => notes.filter((note) => note.book().isbn === isbn),
  };
});
type Book = (typeof books)[number];

const noteTextChars = [445, 290, 275, 145, 445, 290, 275, 145, 145, 145, 855];
const noteBookIndexes = [0, 0, 0, 0, 1, 1, 1, 1, 2, 3, 3];

const notes: readonly Note[] = noteTextChars.map((textChars, index) => ({
  id: String(index + 1),
  text: sentenceOf(textChars, index),
  book: () => books[noteBookIndexes[index]!]!,
  author: () => readers[AUTHOR_INDEX]!,
}));

export function readerById(id: string): Reader | undefined {
  return readers.find((reader) => reader.id === id);
}

export function bookByIsbn(isbn: string): Book | undefined {
  return books.find((book) => book.isbn === isbn);
}

export function noteById(id: string): Note | undefined {
  return notes.find((note) => note.id === id);
}

export function deliveryDays(price: number, weight: number): number {
  return price > 1000 ? 0 : weight / 2;
}

/** Shows in the answer for whom it was made: an answer shared between different requests would be seen. */
function addressed(text: string, args: ForWhom): string {
  return args.for === undefined ? text : `${text} for ${args.for}`;
}
