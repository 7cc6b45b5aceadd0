import type { SubgraphSource } from "../world/subgraph-definition.ts";

export interface FieldDraft {
  type: string;
  arguments: string;
  directives: Set<string>;
}

export interface TypeDraft {
  keyword: "type" | "interface";
  implements: Set<string>;
  directives: Set<string>;
  fields: Map<string, FieldDraft>;
}

/** One subgraph while it is being made up. */
export class SubgraphDraft {
  readonly types = new Map<string, TypeDraft>();
  readonly unions = new Map<string, Set<string>>();
  readonly texts = new Set<string>();

  constructor(readonly name: string) {}

  type(name: string, keyword: "type" | "interface" = "type"): TypeDraft {
    const known = this.types.get(name);
    if (known) return known;
    const type: TypeDraft = { keyword, implements: new Set(), directives: new Set(), fields: new Map() };
    this.types.set(name, type);
    return type;
  }

  field(
    typeName: string,
    name: string,
    type: string,
    options: { arguments?: string; directives?: string[] } = {},
  ) {
    const { fields } = this.type(typeName);
    const known = fields.get(name);
    for (const directive of options.directives ?? []) known?.directives.add(directive);
    if (known) return;
    fields.set(name, {
      type,
      arguments: options.arguments ?? "",
      directives: new Set(options.directives ?? []),
    });
  }

  print(link: string): SubgraphSource {
    const types = [...this.types].map(([name, type]) => printType(name, type));
    const unions = [...this.unions].map(([name, members]) => `union ${name} = ${[...members].join(" | ")}`);
    return { name: this.name, sdl: [link, ...types, ...unions, ...this.texts].join("\n") };
  }
}

function printType(name: string, type: TypeDraft): string {
  const parents = type.implements.size > 0 ? ` implements ${[...type.implements].join(" & ")}` : "";
  const fields = [...type.fields].map(
    ([field, draft]) => `  ${field}${draft.arguments}: ${draft.type}${spaced(draft.directives)}`,
  );
  return `${type.keyword} ${name}${parents}${spaced(type.directives)} {\n${fields.join("\n")}\n}`;
}

function spaced(directives: ReadonlySet<string>): string {
  return [...directives].map((directive) => ` ${directive}`).join("");
}
