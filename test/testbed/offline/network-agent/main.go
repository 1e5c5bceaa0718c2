// network-agent is the node's network agent (kindnetd's job, and NetworkPolicy):
//   - once the API answers through its ClusterIP (so kube-proxy works) it writes the CNI configuration for the
//     node's podCIDR; until then the node is NotReady and no pod starts too early
//   - it keeps a route to every other node's podCIDR, and masquerades what leaves the pod subnet
//   - it enforces networking.k8s.io/v1 NetworkPolicy with one nftables table
//
// It recomputes the whole table on every change and swaps it in one nft transaction.
// IPv4; pods are routed (ptp CNI), so every pod-to-pod packet passes the forward hook, after kube-proxy's DNAT.
// Traffic from the node itself (kubelet probes) is not filtered; established connections are not cut.
package main

import (
	"context"
	"log"
	"os"
	"os/exec"
	"strings"
	"time"

	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	corel "k8s.io/client-go/listers/core/v1"
	netl "k8s.io/client-go/listers/networking/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
)

type agent struct {
	nodes  corel.NodeLister
	routes map[string]string
	subnet string
	pods   corel.PodLister
	ns     corel.NamespaceLister
	pol    netl.NetworkPolicyLister
	node   string
}

func main() {
	cfg, err := rest.InClusterConfig()
	if err != nil {
		log.Fatal(err)
	}
	f := informers.NewSharedInformerFactory(kubernetes.NewForConfigOrDie(cfg), 0)
	c := &agent{nodes: f.Core().V1().Nodes().Lister(), routes: map[string]string{}, subnet: os.Getenv("POD_SUBNET"),
		pods: f.Core().V1().Pods().Lister(), ns: f.Core().V1().Namespaces().Lister(),
		pol: f.Networking().V1().NetworkPolicies().Lister(), node: os.Getenv("NODE_NAME")}
	dirty := make(chan struct{}, 1)
	poke := func() {
		select {
		case dirty <- struct{}{}:
		default:
		}
	}
	h := cache.ResourceEventHandlerFuncs{AddFunc: func(any) { poke() }, UpdateFunc: func(any, any) { poke() }, DeleteFunc: func(any) { poke() }}
	f.Core().V1().Nodes().Informer().AddEventHandler(h)
	f.Core().V1().Pods().Informer().AddEventHandler(h)
	f.Core().V1().Namespaces().Informer().AddEventHandler(h)
	f.Networking().V1().NetworkPolicies().Informer().AddEventHandler(h)
	f.Start(context.Background().Done())
	f.WaitForCacheSync(context.Background().Done())
	last := ""
	for range dirty {
		if err := c.network(); err != nil {
			log.Print(err)
			time.AfterFunc(time.Second, poke)
		}
		if s := c.build(); s != last {
			cmd := exec.Command("nft", "-f", "-")
			cmd.Stdin = strings.NewReader(s)
			if out, err := cmd.CombinedOutput(); err != nil {
				log.Printf("nft: %v: %s\n%s", err, out, s)
				time.AfterFunc(time.Second, poke)
			} else {
				last = s
				log.Printf("table replaced: %d bytes", len(s))
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
}
