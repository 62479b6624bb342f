/**
 * What the name of a volume or a path on a host says about its contents. A name is a hint, never a proof: findings
 * that go by it say "by its name". These are Seatrial's own choices, made from the manifests of common projects
 * (kube-prometheus, argo-cd, strimzi, istio, calico, kops add-ons), except the host paths.
 */

/** Volumes that sidecar injectors add: nothing that the workload keeps. Source: istio and linkerd injection templates. */
const injected = /^(istio|linkerd|vault|dapr|consul)-|^(workload|credential)-socket$|^workload-certs$/;

const scratch =
  /(^|[-_.])(cache|caches|tmp|temp|tmpdir|run|runtime|sock|socket|sockets|scratch|shm|dshm|log|logs|cert|certs|tls|config|conf|etc|home|plugins?|gnupg|token|tokens|work|bin|lock)([-_.]|$)|cache|tmp/;

const data =
  /(^|[-_.])(data|datadir|db|database|storage|store|queue|wal|index|journal|state|repo|repos|repository|backup|persist|persistence|lib)([-_.]|$)|data$|^db|-db$/;

/** `data`: its name sounds like something one would miss. `scratch`: like what is made again. */
export type VolumeGuess = "data" | "scratch" | "unknown";

/** What the name of an emptyDir volume suggests. */
export function guessContents(volumeName: string): VolumeGuess {
  const name = volumeName.toLowerCase();
  if (injected.test(name)) return "scratch";
  if (scratch.test(name)) return "scratch";
  return data.test(name) ? "data" : "unknown";
}

/**
 * Host paths that every node has of its own: sockets, devices, system directories. A pod that mounts one wants that
 * of the node it is on. Source: the Filesystem Hierarchy Standard; kubelet, CNI and CRI default directories.
 */
const systemPaths: readonly string[] = [
  "/proc",
  "/sys",
  "/dev",
  "/run",
  "/var/run",
  "/etc",
  "/lib",
  "/lib64",
  "/usr",
  "/bin",
  "/sbin",
  "/boot",
  "/var/log",
  "/var/lib/kubelet",
  "/var/lib/docker",
  "/var/lib/containerd",
  "/var/lib/containers",
  "/var/lib/cni",
  "/var/lib/dbus",
  "/opt/cni",
  "/tmp",
];

/** Whether a host path is the node's own, and not a place where a pod keeps data. */
export function isSystemPath(path: string): boolean {
  const clean = path.length > 1 ? path.replace(/\/+$/, "") : path;
  return (
    clean === "" ||
    clean === "/" ||
    systemPaths.some((each) => clean === each || clean.startsWith(`${each}/`))
  );
}
