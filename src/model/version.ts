/** A Kubernetes version; `suffix` is what vendors append (`-eks-1234`, `+k3s1`). */
export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  readonly suffix: string;
}

const shape = /^v?(\d+)\.(\d+)(?:\.(\d+))?([-+~].*)?$/;

/** The version in `text` (`v1.33.13`, `1.34`, `v1.27.3-gke.100`), or undefined if it is none. */
export function parseVersion(text: string): Version | undefined {
  const match = shape.exec(text.trim());
  if (!match) return undefined;
  const [, major, minor, patch = "0", suffix = ""] = match;
  return { major: Number(major), minor: Number(minor), patch: Number(patch), suffix };
}

/** Negative, zero or positive as `a` is older than, the same as, or newer than `b`; suffixes do not count. */
export function compareVersions(a: Version, b: Version): number {
  return a.major - b.major || a.minor - b.minor || a.patch - b.patch;
}

/** `1.33`: the minor as releases and skew rules name it. */
export function minorOf(version: Version): string {
  return `${version.major}.${version.minor}`;
}

/** `v1.33.13`, with the vendor's suffix. */
export function formatVersion(version: Version): string {
  return `v${version.major}.${version.minor}.${version.patch}${version.suffix}`;
}
