/**
 * How Kubernetes' packages come onto a node, by its operating system. Source: kubernetes.io, Upgrading Linux nodes,
 * Changing the Kubernetes package repository (apt, dnf or yum, zypper; one repository a minor at pkgs.k8s.io, from
 * v1.24.0 on), Upgrading Windows nodes (binaries from dl.k8s.io); the names are what kubelets report as osImage.
 */
export type PackageManager = "apt" | "dnf" | "dnf5" | "yum" | "zypper";

export const packageRepository = {
  /** The first minor of 1.x that pkgs.k8s.io has. */
  oldestMinor: 24,
  host: "pkgs.k8s.io/core:/stable:",
  /** Where kubernetes.io puts the key of that host: one for all minors. */
  aptKeyring: "/etc/apt/keyrings/kubernetes-apt-keyring.gpg",
  /** The files that name the repository, as kubernetes.io calls them. */
  files: {
    apt: "/etc/apt/sources.list.d/kubernetes.list",
    dnf: "/etc/yum.repos.d/kubernetes.repo",
    dnf5: "/etc/yum.repos.d/kubernetes.repo",
    yum: "/etc/yum.repos.d/kubernetes.repo",
    zypper: "/etc/zypp/repos.d/kubernetes.repo",
  } satisfies Readonly<Record<PackageManager, string>>,
} as const;

/** Systems whose files are not changed by packages: their image is replaced as a whole. */
const images =
  /coreos|flatcar|bottlerocket|talos|container-optimized|microos|kairos|elemental|garden ?linux|k3os|rancheros/i;

const managers: readonly { readonly name: RegExp; readonly manager: PackageManager }[] = [
  { name: /ubuntu|debian|raspbian|mint|hypriot/i, manager: "apt" },
  // dnf5 is Fedora's since 41, and refuses the older spelling of a flag.
  { name: /fedora (linux )?(4[1-9]|[5-9]\d)\b/i, manager: "dnf5" },
  { name: /fedora|amazon linux 2023/i, manager: "dnf" },
  { name: /amazon linux 2\b|(centos|red hat|oracle|scientific)\b.*\b7\b/i, manager: "yum" },
  { name: /red hat|rhel|centos|rocky|alma|oracle linux|azure ?linux|mariner/i, manager: "dnf" },
  { name: /suse/i, manager: "zypper" },
];

/** Who installs packages on a system of this name; undefined where nobody does, or where that is not known. */
export function packageManagerOf(osImage: string): PackageManager | undefined {
  if (images.test(osImage)) return undefined;
  return managers.find(({ name }) => name.test(osImage))?.manager;
}
