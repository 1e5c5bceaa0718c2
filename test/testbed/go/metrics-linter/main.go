// Checks metrics in the text format, on standard input, as `promtool check metrics` does: by the parser and the linter
// that Prometheus itself uses. It prints one line a problem and ends with 3 when there is any, with 1 when the text is
// not in the format.
package main

import (
	"fmt"
	"os"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
)

func main() {
	problems, err := promlint.New(os.Stdin).Lint()
	if err != nil {
		fmt.Println("not in the text format:", err)
		os.Exit(1)
	}
	for _, problem := range problems {
		fmt.Println(problem.Metric, problem.Text)
	}
	if len(problems) > 0 {
		os.Exit(3)
	}
}
