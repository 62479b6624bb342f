import { type PackageManager, packageManagerOf, packageRepository } from "../facts/node-systems.ts";
import { labelValue } from "../model/meta.ts";
import type { Node } from "../model/node.ts";
import { minorOf, parseVersion } from "../model/version.ts";
import type { CommandBlock } from "./instructions.ts";

/** Kubernetes' packages on one node. */
export interface Packages {
  readonly names: readonly string[];
  /** With its patch: `v1.35.2`. */
  readonly to: string;
  /** Whether the node's repository is that of this minor already. */
  readonly hasRepository: boolean;
}

export interface PackageSteps {
  readonly said: readonly string[];
  readonly commands: readonly string[];
}

export function isWindows(node: Node | undefined): boolean {
  if (!node) return false;
  return (node.info.operatingSystem || labelValue(node.labels, "kubernetes.io/os")) === "windows";
}

/**
 * How packages of one version come onto a Linux node: its minor's repository first, then the packages, held before and
 * after. Source: kubernetes.io, Upgrading Linux nodes; Changing the Kubernetes package repository.
 */
export function installPackages(node: Node | undefined, packages: Packages): PackageSteps {
  const osImage = node?.info.osImage ?? "";
  const manager = packageManagerOf(osImage);
  const version = packages.to.replace(/^v/, "");
  const minor = parseVersion(packages.to);
  if (!manager && osImage !== "")
    return {
      said: [
        `Its system is ${osImage}: how that gets ${packages.names.join(" and ")} ${version} is not known here. Bring them first, then go on.`,
      ],
      commands: [],
    };
  if (minor && minor.minor < packageRepository.oldestMinor)
    return {
      said: [
        `pkgs.k8s.io has no packages before v1.${packageRepository.oldestMinor}: bring ${packages.names.join(" and ")} ${version} from a mirror of your own.`,
      ],
      commands: [],
    };
  // Where the input does not tell the system, the page says once that these are apt's.
  const chosen = manager ?? "apt";
  return {
    said: [],
    commands: [
      ...(packages.hasRepository || !minor ? [] : switchRepository(chosen, minorOf(minor))),
      ...install(chosen, packages.names, version),
    ],
  };
}

/** Each minor has a repository of its own: its address is changed before the packages. */
function switchRepository(manager: PackageManager, minor: string): string[] {
  const file = packageRepository.files[manager];
  const address = `https://${packageRepository.host}/v${minor}`;
  if (manager === "apt")
    return [`echo 'deb [signed-by=${packageRepository.aptKeyring}] ${address}/deb/ /' | sudo tee ${file}`];
  const lines = `s#^baseurl=.*#baseurl=${address}/rpm/#; s#^gpgkey=.*#gpgkey=${address}/rpm/repodata/repomd.xml.key#`;
  return [`sudo sed -i '${lines}' ${file}`];
}

function install(manager: PackageManager, names: readonly string[], version: string): string[] {
  const all = names.join(" ");
  switch (manager) {
    case "apt":
      return [
        `sudo apt-mark unhold ${all}`,
        `sudo apt-get update && sudo apt-get install -y ${names.map((name) => `${name}='${version}-*'`).join(" ")}`,
        `sudo apt-mark hold ${all}`,
      ];
    case "dnf":
    case "dnf5":
    case "yum": {
      const command = manager === "yum" ? "yum" : "dnf";
      const excludes =
        manager === "dnf5" ? "--setopt=disable_excludes=kubernetes" : "--disableexcludes=kubernetes";
      return [
        `sudo ${command} install -y ${names.map((name) => `${name}-'${version}-*'`).join(" ")} ${excludes}`,
      ];
    }
    case "zypper":
      return [
        `sudo zypper removelock ${all}`,
        `sudo zypper --gpg-auto-import-keys refresh kubernetes && sudo zypper install -y ${names.map((name) => `'${name}=${version}'`).join(" ")}`,
        `sudo zypper addlock ${all}`,
      ];
  }
}

/**
 * The same on a Windows node, where there are no packages. Source: kubernetes.io, Upgrading Windows nodes; the folder is
 * that of sig-windows-tools.
 */
export function windowsKubelet(node: Node, where: string, to: string): CommandBlock {
  const architecture = node.info.architecture === "" ? "amd64" : node.info.architecture;
  const download = (name: string) =>
    `curl.exe -Lo C:\\k\\${name}.exe "https://dl.k8s.io/${to}/bin/windows/${architecture}/${name}.exe"`;
  return {
    where,
    language: "powershell",
    commands: [
      download("kubeadm"),
      "C:\\k\\kubeadm.exe upgrade node",
      "Stop-Service kubelet",
      download("kubelet"),
      "Start-Service kubelet",
    ],
  };
}
