/**
 * Words that name no one: Kubernetes' own, those of well-known projects, and those that half of all clusters use.
 * An anonymous snapshot keeps them, as rules read them: `kube-system`, `coredns`, the label `topology.kubernetes.io/zone`.
 * Source: the label, annotation and taint reference of kubernetes.io, and the names by which `facts` knows operators,
 * drivers and autoscalers.
 */
export const publicWords: ReadonlySet<string> = new Set(
  `
  a alpha amd64 amazonaws app apps arch arm64 as attachable aws azure azuredisk azurefile
  admission admissionregistration agent agentpool alertmanager api apiextensions apiregistration apiserver apiservice
  apiservices apparmor argo argocd argoproj attacher authentication authorization autoscaler autoscaling auth
  backend backup balancer batch beta binding bookkeeper bootstrap broker budget build bound by backends
  cache calico canal cassandra ceph cephfs cert certificates certmanager check cilium class cli client cloud cluster
  cluster1 clusters cm cni com completed component config configmaps consul control controller controllerrevision
  controllers coordination coredns core cpu create crd cri critical cron cronjob cronjobs csi csidrivers csinodes
  dashboard data database db default delete deletion deploy deployment deployments desired dev devices discovery disk
  dns do docker domain drain driver duration digitalocean disrupt doks
  ebs efs eks elastic elasticsearch endpoint endpoints endpointslice endpointslices envoy ephemeral etc etcd event
  events evict eviction extensions external executor
  failure false file filestore flannel flow flowcontrol fluent fluentbit fluentd frontend
  gateway gce generation gke gardener google gpu grafana graph group grpc guaranteed
  haproxy hash health helm high home host hostname hostpath hpa http https hugepages
  image images in index infra ingress init injector id instancegroup instance internal io ipv4 ipv6 istio istiod
  jaeger job jobs jenkins journal
  k3s k8s kafka karpenter kind kops kube kubeadm kubectl kubelet kubernetes kyverno keepalived
  labels lease leases legacy lib limit linkerd linux load local localhost log logging logs loki longhorn low lock
  machine manage managed manager master mds memcached memory metadata metallb metrics migrated mgr minio mirror
  minikube mon mongo mongodb monitor monitoring mysql mutating
  name nats netdata network networking nfs nginx no node nodegroup nodelocal nodelocaldns nodepool nodes not nvidia
  normal nodename
  objects on opa owner openebs opensearch openshift operator operators os osd other out
  part pd pending percona persistent persistentvolumeclaim persistentvolumeclaims persistentvolumes pgsql pid plane
  pod poddisruptionbudget poddisruptionbudgets podinfo pods policy pool postgres postgresql pressure preset primary
  priority prod production priorityclasses proc prometheus protect provider provisioner proxy public pulsar pv pvc
  provisioned provisioners
  query queue
  rabbitmq rancher rbac rbd ready reclaim redis region registrar registry release replica replicas replicaset
  replicasets resizer resource resources restarted revision rg rgw role rook root router run runtime
  safe scale scaler scheduler sh scheduling scrape sc secret secrets selected selector self sentinel server service
  serviceaccount serviceaccounts services set sha256 shared slow smb snapshot snapshotter solr spark speaker spot
  staging standard state stateful statefulset statefulsets status storage storageclass storageclasses storageos
  strimzi stub sync sys system
  taint target team tekton template temp tempo test tier tigera time tmp to tools topology traefik trident true type
  tomcat
  ui unreachable unschedulable usr until update user users
  validating var vault velero verbs version victoria volume volumeattachments volumes vpa vsphere
  wait weave web webhook windows worker workers workload wal
  x
  zone zones zookeeper
  `
    .trim()
    .split(/\s+/),
);
