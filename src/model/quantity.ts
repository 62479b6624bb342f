/**
 * Quantities as the API server reads them (`100m`, `1.5`, `64Mi`, `2e3`).
 * Source: k8s.io/apimachinery/pkg/api/resource/quantity.go: CPU is used in millicores, everything else in whole
 * units, both rounded up (`MilliValue()`, `Value()`).
 */

const binaryFactor: Readonly<Record<string, bigint>> = {
  Ki: 1n << 10n,
  Mi: 1n << 20n,
  Gi: 1n << 30n,
  Ti: 1n << 40n,
  Pi: 1n << 50n,
  Ei: 1n << 60n,
};

const decimalExponent: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  "": 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};

const shape = /^([+-]?)(\d+)?(?:\.(\d*))?(Ki|Mi|Gi|Ti|Pi|Ei|[eE][+-]?\d{1,4}|n|u|m|k|M|G|T|P|E)?$/;

const milliCache = new Map<string, number | undefined>();

/** `text` × 1000, rounded up to a whole number; undefined if it is not a quantity. Exact below 2^53. */
export function parseMilli(text: string): number | undefined {
  if (milliCache.has(text)) return milliCache.get(text);
  const value = scaled(text, 3);
  if (milliCache.size < 10_000) milliCache.set(text, value);
  return value;
}

const unitCache = new Map<string, number | undefined>();

/** `text` in whole units, rounded up; undefined if it is not a quantity. Exact below 2^53. */
export function parseUnits(text: string): number | undefined {
  if (unitCache.has(text)) return unitCache.get(text);
  const value = scaled(text, 0);
  if (unitCache.size < 10_000) unitCache.set(text, value);
  return value;
}

/**
 * The amount of `resource` in the unit the scheduler counts it in: millicores for `cpu` (and a quota's
 * `requests.cpu` and `limits.cpu`), whole units for the rest.
 */
export function parseResource(resource: string, text: string): number | undefined {
  return resource === "cpu" || resource.endsWith(".cpu") ? parseMilli(text) : parseUnits(text);
}

/** `text` × 10^extra, rounded away from zero as `Quantity.ScaledValue` does. */
function scaled(text: string, extra: number): number | undefined {
  const match = shape.exec(text);
  if (!match) return undefined;
  const [, sign, whole, fraction = "", suffix = ""] = match;
  if (whole === undefined && fraction === "") return undefined;
  const digits = BigInt((whole ?? "") + fraction);
  const binary = binaryFactor[suffix];
  const exponent = binary ? 0 : /^[eE]./.test(suffix) ? Number(suffix.slice(1)) : decimalExponent[suffix]!;
  const power = exponent + extra - fraction.length;
  const numerator = digits * (binary ?? 1n) * (power > 0 ? 10n ** BigInt(power) : 1n);
  const denominator = power < 0 ? 10n ** BigInt(-power) : 1n;
  const rounded = (numerator + denominator - 1n) / denominator;
  return sign === "-" && rounded !== 0n ? -Number(rounded) : Number(rounded);
}

/** Millicores as people write them: `1500` is `1.5`, `250` is `250m`. */
export function formatCpu(millicores: number): string {
  return millicores >= 1_000 || millicores === 0
    ? String(Math.round(millicores / 100) / 10)
    : `${millicores}m`;
}

/** Bytes as people write them: `28.7 Gi`, `640 Mi`; one decimal from a gibibyte on. */
export function formatBytes(bytes: number): string {
  const gibi = bytes / 2 ** 30;
  if (gibi >= 1_024) return `${(gibi / 1_024).toFixed(1)} Ti`;
  if (gibi >= 1) return `${gibi.toFixed(1)} Gi`;
  const mebi = bytes / 2 ** 20;
  return mebi >= 1 ? `${Math.round(mebi)} Mi` : `${Math.round(bytes / 1_024)} Ki`;
}

/** An amount of a resource in its own unit: cores for `cpu`, bytes for memory and storage, else the count. */
export function formatResource(resource: string, amount: number): string {
  if (resource === "cpu") return formatCpu(amount);
  if (resource === "memory" || resource === "ephemeral-storage" || resource.startsWith("hugepages-"))
    return formatBytes(amount);
  return String(amount);
}
