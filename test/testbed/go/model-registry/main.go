// A small model registry that a real Ollama server can push to and pull from over plain http.
//
// It speaks the part of the OCI distribution protocol that Ollama uses, with the one thing that
// Ollama's downloader needs beyond it: the answer to GET .../blobs/<digest> carries a Location
// header (without one every pull ends in "http: no Location header in response").
//
// For tests of failures see faults.go.
package main

import (
	"encoding/json"
	"flag"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
)

type registry struct {
	root string
	mu   sync.Mutex // guards f
	f    faults
}

var (
	path     = regexp.MustCompile(`^/v2/((?:[A-Za-z0-9_][A-Za-z0-9._-]*/)*[A-Za-z0-9_][A-Za-z0-9._-]*)/(manifests|blobs|tags)/(.+)$`)
	digestRe = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)
	tagRe    = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$`)
)

func (g *registry) blob(digest string) string {
	return filepath.Join(g.root, "blobs", strings.Replace(digest, ":", "-", 1))
}

func (g *registry) manifest(repo, ref string) string {
	return filepath.Join(g.root, "manifests", filepath.FromSlash(repo), ref)
}

func fail(w http.ResponseWriter, status int, code, msg string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]any{"errors": []any{map[string]string{"code": code, "message": msg}}})
}

func (g *registry) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/_ctl" {
		g.control(w, r)
		return
	}
	log.Printf("%s %s range=%q", r.Method, r.URL.RequestURI(), r.Header.Get("Range"))
	g.mu.Lock()
	f := g.f
	g.mu.Unlock()
	if f.Status != 0 {
		fail(w, f.Status, "UNAVAILABLE", "fault asked for by /_ctl")
		return
	}
	w.Header().Set("Docker-Distribution-Api-Version", "registry/2.0")
	if r.URL.Path == "/v2/" || r.URL.Path == "/v2" {
		w.Write([]byte("{}"))
		return
	}
	m := path.FindStringSubmatch(r.URL.Path)
	if m == nil || strings.Contains(m[1], "..") {
		fail(w, http.StatusNotFound, "NAME_UNKNOWN", "no such path")
		return
	}
	repo, kind, ref := m[1], m[2], m[3]
	read := r.Method == http.MethodGet || r.Method == http.MethodHead
	upload, isUpload := strings.CutPrefix(ref, "uploads/")
	switch {
	case kind == "tags" && ref == "list" && read:
		g.listTags(w, repo)
	case kind == "manifests" && (tagRe.MatchString(ref) || digestRe.MatchString(ref)) && read:
		g.readManifest(w, r, repo, ref)
	case kind == "manifests" && (tagRe.MatchString(ref) || digestRe.MatchString(ref)) && r.Method == http.MethodPut:
		g.writeManifest(w, r, repo, ref)
	case kind == "blobs" && digestRe.MatchString(ref) && read:
		g.readBlob(w, r, f, ref)
	case kind == "blobs" && r.Method == http.MethodPost && (ref == "uploads" || isUpload && upload == ""):
		g.beginUpload(w, r, repo)
	case kind == "blobs" && isUpload && tagRe.MatchString(upload) && (r.Method == http.MethodPatch || r.Method == http.MethodPut):
		g.upload(w, r, repo, upload)
	default:
		fail(w, http.StatusNotFound, "UNSUPPORTED", r.Method+" "+r.URL.Path)
	}
}

func main() {
	addr := flag.String("addr", "127.0.0.1:5000", "address to listen on")
	root := flag.String("root", "registry", "folder for blobs and manifests")
	flag.Parse()
	for _, d := range []string{"blobs", "manifests", "uploads"} {
		if err := os.MkdirAll(filepath.Join(*root, d), 0o755); err != nil {
			log.Fatal(err)
		}
	}
	log.Printf("listening on %s, root %s", *addr, *root)
	log.Fatal(http.ListenAndServe(*addr, &registry{root: *root}))
}
