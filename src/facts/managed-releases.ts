import type { PlatformName } from "./platforms.ts";

/**
 * How long providers support a minor. Source: endoflife-date/endoflife.date products/{amazon-eks,google-kubernetes-engine,
 * azure-kubernetes-service}.md @a70eca337600 (2026-08-22). Known hole: the end of GKE's Extended channel.
 */
export interface SupportWindow {
  /** The minor of 1.x. */
  readonly minor: number;
  readonly from?: string;
  /** The end of standard (EKS, GKE) or community (AKS) support. */
  readonly until: string;
  /** The end of extended support (EKS) or of LTS (AKS), which have to be paid for. */
  readonly extendedUntil?: string;
}

export interface Provider {
  readonly name: "EKS" | "GKE" | "AKS";
  /** What the longer window is called. */
  readonly extended: string;
  readonly windows: readonly SupportWindow[];
}

const eks: readonly SupportWindow[] = [
  { minor: 18, from: "2020-10-13", until: "2022-08-15" },
  { minor: 19, from: "2021-02-16", until: "2022-08-01" },
  { minor: 20, from: "2021-05-18", until: "2022-11-01" },
  { minor: 21, from: "2021-07-19", until: "2023-02-16", extendedUntil: "2024-07-15" },
  { minor: 22, from: "2022-04-04", until: "2023-06-04", extendedUntil: "2024-09-01" },
  { minor: 23, from: "2022-08-11", until: "2023-10-11", extendedUntil: "2024-10-11" },
  { minor: 24, from: "2022-11-15", until: "2024-01-31", extendedUntil: "2025-01-31" },
  { minor: 25, from: "2023-02-21", until: "2024-05-01", extendedUntil: "2025-05-01" },
  { minor: 26, from: "2023-04-11", until: "2024-06-11", extendedUntil: "2025-06-11" },
  { minor: 27, from: "2023-05-24", until: "2024-07-24", extendedUntil: "2025-07-24" },
  { minor: 28, from: "2023-09-26", until: "2024-11-26", extendedUntil: "2025-11-26" },
  { minor: 29, from: "2024-01-23", until: "2025-03-23", extendedUntil: "2026-03-23" },
  { minor: 30, from: "2024-05-23", until: "2025-07-23", extendedUntil: "2026-07-23" },
  { minor: 31, from: "2024-09-26", until: "2025-11-26", extendedUntil: "2026-11-26" },
  { minor: 32, from: "2025-01-25", until: "2026-03-23", extendedUntil: "2027-03-23" },
  { minor: 33, from: "2025-05-28", until: "2026-07-29", extendedUntil: "2027-07-29" },
  { minor: 34, from: "2025-10-06", until: "2026-12-02", extendedUntil: "2027-12-02" },
  { minor: 35, from: "2026-01-28", until: "2027-03-27", extendedUntil: "2028-03-27" },
  { minor: 36, from: "2026-06-02", until: "2027-08-02", extendedUntil: "2028-08-02" },
];

const gke: readonly SupportWindow[] = [
  { minor: 17, from: "2021-03-29", until: "2021-11-01" },
  { minor: 18, from: "2021-03-29", until: "2022-03-01" },
  { minor: 19, from: "2021-04-14", until: "2022-06-01" },
  { minor: 20, from: "2021-06-09", until: "2022-08-01" },
  { minor: 21, from: "2021-10-01", until: "2023-01-31" },
  { minor: 22, from: "2022-03-07", until: "2023-04-30" },
  { minor: 23, from: "2022-05-03", until: "2023-07-31" },
  { minor: 24, from: "2022-06-23", until: "2023-10-31" },
  { minor: 25, from: "2022-12-14", until: "2024-03-30" },
  { minor: 26, from: "2023-03-31", until: "2024-06-30" },
  { minor: 27, from: "2023-06-15", until: "2024-10-01" },
  { minor: 28, from: "2023-12-04", until: "2025-02-04" },
  { minor: 29, from: "2024-01-26", until: "2025-04-12" },
  { minor: 30, from: "2024-07-31", until: "2025-09-30" },
  { minor: 31, from: "2024-10-25", until: "2026-01-16" },
  { minor: 32, from: "2025-02-11", until: "2026-04-11" },
  { minor: 33, from: "2025-06-03", until: "2026-08-03" },
  { minor: 34, from: "2025-09-30", until: "2026-10-01" },
  { minor: 35, from: "2026-02-11", until: "2027-04-11" },
  { minor: 36, from: "2026-06-09", until: "2027-08-09" },
];

const aks: readonly SupportWindow[] = [
  { minor: 21, from: "2021-08-18", until: "2022-07-31" },
  { minor: 22, from: "2022-01-10", until: "2022-12-04" },
  { minor: 23, from: "2022-04-26", until: "2023-04-02" },
  { minor: 24, from: "2022-08-17", until: "2023-07-31" },
  { minor: 25, from: "2022-12-14", until: "2024-01-14" },
  { minor: 26, from: "2023-04-18", until: "2024-04-11" },
  { minor: 27, from: "2023-08-16", until: "2024-07-31", extendedUntil: "2025-07-31" },
  { minor: 28, from: "2023-11-07", until: "2025-01-31", extendedUntil: "2026-02-28" },
  { minor: 29, from: "2024-03-18", until: "2025-03-31", extendedUntil: "2026-04-30" },
  { minor: 30, from: "2024-08-05", until: "2025-08-22", extendedUntil: "2026-07-31" },
  { minor: 31, from: "2024-10-25", until: "2025-11-01", extendedUntil: "2026-11-30" },
  { minor: 32, from: "2025-04-06", until: "2026-03-31", extendedUntil: "2027-03-31" },
  { minor: 33, from: "2025-06-17", until: "2026-07-31", extendedUntil: "2027-07-31" },
  { minor: 34, from: "2026-01-04", until: "2026-11-30", extendedUntil: "2027-11-30" },
  { minor: 35, from: "2026-03-05", until: "2027-03-31", extendedUntil: "2028-03-31" },
  { minor: 36, from: "2026-06-30", until: "2027-06-30", extendedUntil: "2028-06-30" },
];

const providers: Readonly<Partial<Record<PlatformName, Provider>>> = {
  eks: { name: "EKS", extended: "extended support", windows: eks },
  gke: { name: "GKE", extended: "the Extended channel", windows: gke },
  aks: { name: "AKS", extended: "LTS", windows: aks },
};

/** For how long a provider supports which minor; undefined: it is none, or nothing is known of it here. */
export function supportBy(platform: PlatformName | undefined): Provider | undefined {
  return platform && providers[platform];
}
