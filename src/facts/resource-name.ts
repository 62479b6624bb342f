const unpluralized: ReadonlySet<string> = new Set(["endpoints"]);

/**
 * What the API's paths and the rules of webhooks call a kind: `poddisruptionbudgets`, `ingresses`, `networkpolicies`.
 * Source: k8s.io/apimachinery pkg/api/meta/restmapper.go, UnsafeGuessKindToResource; every built-in kind follows it.
 */
export function resourceName(kind: string): string {
  const singular = kind.toLowerCase();
  if (unpluralized.has(singular)) return singular;
  if (singular.endsWith("s")) return `${singular}es`;
  return singular.endsWith("y") ? `${singular.slice(0, -1)}ies` : `${singular}s`;
}
