/**
 * The minors of Kubernetes: when each came out, went into maintenance and came to its end, and its newest patch.
 * Sources: endoflife-date/endoflife.date products/kubernetes.md @a70eca337600 (MIT) from 1.16 on;
 * kubernetes/website data/releases/eol.yaml @0637786b3e0a (CC-BY-4.0) before, and where the two differ
 * (`otherEndOfLife`). Known holes: when 1.2 to 1.15 came out; anything about 1.0 and 1.1; maintenance before 1.18.
 */
export interface Release {
  /** The minor of 1.x. */
  readonly minor: number;
  readonly released?: string;
  /** From here on only the worst is mended. */
  readonly maintenance?: string;
  readonly endOfLife: string;
  /** The date that kubernetes.io has, where it is another. */
  readonly otherEndOfLife?: string;
  readonly latestPatch: number;
}

/** The day up to which releases and patches are known. */
export const releasesAsOf = "2026-08-22";

/** Oldest first, without a gap. */
export const releases: readonly Release[] = [
  { minor: 2, endOfLife: "2016-10-23", latestPatch: 7 },
  { minor: 3, endOfLife: "2016-11-01", latestPatch: 10 },
  { minor: 4, endOfLife: "2017-04-21", latestPatch: 12 },
  { minor: 5, endOfLife: "2017-10-01", latestPatch: 8 },
  { minor: 6, endOfLife: "2017-11-23", latestPatch: 13 },
  { minor: 7, endOfLife: "2018-04-04", latestPatch: 16 },
  { minor: 8, endOfLife: "2018-07-12", latestPatch: 15 },
  { minor: 9, endOfLife: "2018-09-29", latestPatch: 11 },
  { minor: 10, endOfLife: "2019-02-13", latestPatch: 13 },
  { minor: 11, endOfLife: "2019-05-01", latestPatch: 10 },
  { minor: 12, endOfLife: "2019-07-08", latestPatch: 10 },
  { minor: 13, endOfLife: "2019-10-15", latestPatch: 12 },
  { minor: 14, endOfLife: "2019-12-11", latestPatch: 10 },
  { minor: 15, endOfLife: "2020-05-06", latestPatch: 12 },
  {
    minor: 16,
    released: "2019-09-18",
    endOfLife: "2020-08-04",
    otherEndOfLife: "2020-09-02",
    latestPatch: 15,
  },
  {
    minor: 17,
    released: "2019-12-07",
    endOfLife: "2020-12-25",
    otherEndOfLife: "2021-01-13",
    latestPatch: 17,
  },
  { minor: 18, released: "2020-03-25", maintenance: "2021-04-28", endOfLife: "2021-06-18", latestPatch: 20 },
  { minor: 19, released: "2020-08-26", maintenance: "2021-08-28", endOfLife: "2021-10-28", latestPatch: 16 },
  { minor: 20, released: "2020-12-08", maintenance: "2021-12-28", endOfLife: "2022-02-28", latestPatch: 15 },
  { minor: 21, released: "2021-04-08", maintenance: "2022-04-28", endOfLife: "2022-06-28", latestPatch: 14 },
  {
    minor: 22,
    released: "2021-08-04",
    maintenance: "2022-08-28",
    endOfLife: "2022-10-28",
    otherEndOfLife: "2022-12-08",
    latestPatch: 17,
  },
  { minor: 23, released: "2021-12-07", maintenance: "2022-12-28", endOfLife: "2023-02-28", latestPatch: 17 },
  { minor: 24, released: "2022-05-03", maintenance: "2023-05-28", endOfLife: "2023-07-28", latestPatch: 17 },
  {
    minor: 25,
    released: "2022-08-23",
    maintenance: "2023-08-27",
    endOfLife: "2023-10-27",
    otherEndOfLife: "2023-10-28",
    latestPatch: 16,
  },
  { minor: 26, released: "2022-12-08", maintenance: "2023-12-28", endOfLife: "2024-02-28", latestPatch: 15 },
  {
    minor: 27,
    released: "2023-04-11",
    maintenance: "2024-04-28",
    endOfLife: "2024-06-28",
    otherEndOfLife: "2024-07-16",
    latestPatch: 16,
  },
  {
    minor: 28,
    released: "2023-08-15",
    maintenance: "2024-08-28",
    endOfLife: "2024-10-28",
    otherEndOfLife: "2024-10-22",
    latestPatch: 15,
  },
  { minor: 29, released: "2023-12-13", maintenance: "2024-12-28", endOfLife: "2025-02-28", latestPatch: 15 },
  { minor: 30, released: "2024-04-17", maintenance: "2025-04-28", endOfLife: "2025-07-15", latestPatch: 14 },
  { minor: 31, released: "2024-08-13", maintenance: "2025-08-28", endOfLife: "2025-11-11", latestPatch: 14 },
  { minor: 32, released: "2024-12-11", maintenance: "2025-12-28", endOfLife: "2026-02-28", latestPatch: 13 },
  { minor: 33, released: "2025-04-23", maintenance: "2026-04-28", endOfLife: "2026-06-28", latestPatch: 13 },
  { minor: 34, released: "2025-08-27", maintenance: "2026-08-27", endOfLife: "2026-10-27", latestPatch: 11 },
  { minor: 35, released: "2025-12-17", maintenance: "2026-12-28", endOfLife: "2027-02-28", latestPatch: 8 },
  { minor: 36, released: "2026-04-22", maintenance: "2027-04-28", endOfLife: "2027-06-28", latestPatch: 4 },
];

/** The newest minor that is known to be released. */
export const newestMinor = releases.at(-1)!.minor;

/** What is known of a minor of 1.x; undefined: it is older or newer than all that is known. */
export function releaseOf(minor: number): Release | undefined {
  return releases.find((release) => release.minor === minor);
}

/**
 * Lines of etcd. Source: endoflife-date/endoflife.date products/etcd.md @a70eca337600. Undefined end: still maintained.
 */
export const etcdReleases: readonly { readonly line: string; readonly endOfLife?: string }[] = [
  { line: "3.3", endOfLife: "2021-10-15" },
  { line: "3.4", endOfLife: "2026-06-01" },
  { line: "3.5", endOfLife: "2027-07-08" },
  { line: "3.6" },
  { line: "3.7" },
];
