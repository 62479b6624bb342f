import { behaviourFindings } from "../behaviour-changes.ts";
import { oldNameFindings } from "../old-names.ts";
import { definePreflightRule } from "../rule.ts";
import { wayOf } from "../upgrade-way.ts";

/**
 * What a minor changes without a word, with the objects of this cluster that depend on it: annotations that nobody heeds
 * any more, defaults that change, flags that go. Source: facts/old-names.ts, facts/behaviour-changes.ts.
 */
export const silentChange = definePreflightRule({
  id: "silent-change",
  severity: "warning",
  title: "An upgrade changes silently what objects of this cluster depend on",
  check: (preflight) => {
    if (preflight.scope === "plan" && !preflight.target) return [];
    const way = wayOf(preflight);
    if (way.minors.length === 0) return [];
    return [...oldNameFindings(preflight, way), ...behaviourFindings(preflight, way)];
  },
});
