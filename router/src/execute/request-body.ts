import type { JsonObject } from "../json.ts";

/** Writes the JSON body of a subgraph request: everything known when the plan was compiled is one string. */
export type WriteBody = (variables: JsonObject, representations: string) => string;

export interface BodyParts {
  operation: string;
  operationName?: string | undefined;
  variableUsages: readonly string[];
}

export function compileBody({ operation, operationName, variableUsages }: BodyParts): WriteBody {
  const name = operationName === undefined ? "" : `,"operationName":${JSON.stringify(operationName)}`;
  const prefix = `{"query":${JSON.stringify(operation)}${name},"variables":{`;
  const usages = variableUsages.map((variable) => ({ variable, label: `${JSON.stringify(variable)}:` }));

  return function writeBody(variables, representations) {
    let written = representations;
    for (const { variable, label } of usages) {
      const value = variables[variable];
      if (value === undefined) continue;
      written += `${written === "" ? "" : ","}${label}${JSON.stringify(value)}`;
    }
    return `${prefix}${written}}}`;
  };
}
