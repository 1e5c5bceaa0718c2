package main

import (
	"fmt"
	"log"
	"os"
	"os/exec"
	"strings"

	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// ptp, not bridge: every packet is routed, so that connection tracking and the forward hook see what passes between two
// pods of one node.
const conflist = `{"cniVersion":"0.4.0","name":"testbed","plugins":[
 {"type":"ptp","ipMasq":false,"mtu":1500,"ipam":{"type":"host-local","dataDir":"/run/cni-ipam-state",
  "routes":[{"dst":"0.0.0.0/0"}],"ranges":[[{"subnet":"%s"}]]}},
 {"type":"portmap","capabilities":{"portMappings":true}}]}
`

// network writes the CNI configuration of its own node and keeps the routes to the others. An error is to be retried.
func (c *agent) network() error {
	l, _ := c.nodes.List(labels.Everything())
	for _, n := range l {
		if n.Spec.PodCIDR == "" {
			continue
		}
		if n.Name == c.node {
			want, file := fmt.Sprintf(conflist, n.Spec.PodCIDR), "/etc/cni/net.d/10-testbed.conflist"
			if have, _ := os.ReadFile(file); string(have) != want {
				if err := os.WriteFile(file+".tmp", []byte(want), 0644); err != nil {
					return err
				}
				if err := os.Rename(file+".tmp", file); err != nil {
					return err
				}
				log.Printf("wrote %s for %s", file, n.Spec.PodCIDR)
			}
			continue
		}
		for _, a := range n.Status.Addresses {
			if a.Type == v1.NodeInternalIP && !strings.Contains(a.Address, ":") && c.routes[n.Spec.PodCIDR] != a.Address {
				if out, err := exec.Command("/bin/busybox", "ip", "route", "replace", n.Spec.PodCIDR, "via", a.Address).CombinedOutput(); err != nil {
					return fmt.Errorf("route to %s: %v %s", n.Name, err, out)
				}
				c.routes[n.Spec.PodCIDR] = a.Address
				log.Printf("route to %s: %s via %s", n.Name, n.Spec.PodCIDR, a.Address)
			}
		}
	}
	return nil
}
