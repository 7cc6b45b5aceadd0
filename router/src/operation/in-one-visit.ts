import {
  type ASTNode,
  type ASTVisitor,
  BREAK,
  getEnterLeaveForKind,
  Kind,
  type ValidationRule,
} from "graphql";

/**
 * Rules as one rule. `visitInParallel` of graphql-js asks each rule about each kind of node for every document, and
 * at each node again; here a rule is only called for the kinds that it has something to say about.
 */
export function inOneVisit(rules: readonly ValidationRule[]): ValidationRule {
  return (context) => {
    const parts = rules.map((rule): Part => ({ visitor: rule(context), skips: null }));
    const merged: Record<string, ReturnType<typeof mergeForKind>> = {};
    for (const kind of Object.values(Kind)) {
      const listening = parts.filter(
        ({ visitor }) => "enter" in visitor || "leave" in visitor || kind in visitor,
      );
      if (listening.length > 0) merged[kind] = mergeForKind(kind, listening);
    }
    // The cast holds: the keys are kinds of nodes.
    return merged as ASTVisitor;
  };
}

interface Part {
  visitor: ASTVisitor;
  /** The node below which the rule wants to see nothing; `BREAK` where it is done for good. */
  skips: ASTNode | typeof BREAK | null;
}

type Visit = (...parameters: [node: ASTNode, ...place: unknown[]]) => unknown;

function mergeForKind(kind: Kind, parts: readonly Part[]): { enter: Visit; leave: Visit } {
  // The casts hold: they are called with what they are made for.
  const entering = parts.map((part) => getEnterLeaveForKind(part.visitor, kind).enter as Visit | undefined);
  const leaving = parts.map((part) => getEnterLeaveForKind(part.visitor, kind).leave as Visit | undefined);
  return {
    enter(...parameters) {
      for (let at = 0; at < parts.length; at++) {
        const part = parts[at]!;
        if (part.skips !== null) continue;
        const result = entering[at]?.apply(part.visitor, parameters);
        if (result === false) part.skips = parameters[0];
        else if (result === BREAK) part.skips = BREAK;
      }
    },
    leave(...parameters) {
      for (let at = 0; at < parts.length; at++) {
        const part = parts[at]!;
        if (part.skips === parameters[0]) part.skips = null;
        else if (part.skips === null && leaving[at]?.apply(part.visitor, parameters) === BREAK)
          part.skips = BREAK;
      }
    },
  };
}
