import type { Random } from "../../differential/random.ts";

interface RandomField {
  name: string;
  arguments?: readonly string[];
  below?: keyof typeof fields;
}

const fields = {
  User: [
    { name: "id" },
    { name: "name" },
    { name: "email" },
    { name: "address", below: "Address" },
    { name: "reviews", below: "Review" },
  ],
  Address: [{ name: "street" }, { name: "city" }],
  Review: [
    { name: "id" },
    { name: "body" },
    { name: "author", below: "User" },
    { name: "product", below: "Product" },
  ],
  Product: [
    { name: "upc" },
    { name: "name" },
    { name: "price", arguments: ["", '(currency: "USD")', '(currency: "EUR")'] },
    { name: "weight" },
    { name: "tags" },
    { name: "inStock" },
    { name: "delivery" },
    { name: "reviews", below: "Review" },
    { name: "media", below: "Media" },
  ],
  Media: [{ name: "url" }, { name: "__typename" }],
} as const satisfies Record<
  string,
  readonly { name: string; arguments?: readonly string[]; below?: string }[]
>;

const roots = [
  ["me", "User"],
  ['user(id: "2")', "User"],
  ["users", "User"],
  ["topProducts(first: 2)", "Product"],
  ["topProducts", "Product"],
  ['product(upc: "p3")', "Product"],
] as const;

/** A valid query of the shop: any fields, some under other names, not too deep. */
export function randomQuery(random: Random): string {
  const [root, type] = random.pick(roots);
  return `{ ${root} { ${writeSelection(type, random, 3)} } }`;
}

function writeSelection(type: keyof typeof fields, random: Random, depth: number): string {
  const possible: readonly RandomField[] = fields[type];
  const usable = possible.filter(({ below }) => below === undefined || depth > 0);
  const chosen = random.sample(usable, random.between(1, Math.min(4, usable.length)));
  const parts = chosen.map((field, index) => {
    const alias = random.chance(0.25) ? `a${index}: ` : "";
    const given = field.arguments ? random.pick(field.arguments) : "";
    const below = field.below ? ` { ${writeSelection(field.below, random, depth - 1)} }` : "";
    return `${alias}${field.name}${given}${below}`;
  });
  // What is easiest to mistake for something else comes more often.
  if (type === "Product" && random.chance(0.4))
    parts.push(`cost: price(currency: "${random.pick(["USD", "EUR"])}")`);
  if (type === "Product" && random.chance(0.4)) parts.push("late: delivery");
  if (type === "Media" && random.chance(0.5))
    parts.push("... on Image { width }", "... on Video { seconds }");
  return parts.join(" ");
}
