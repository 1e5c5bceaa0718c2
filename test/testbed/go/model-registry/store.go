package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

func (g *registry) listTags(w http.ResponseWriter, repo string) {
	var tags []string
	es, _ := os.ReadDir(g.manifest(repo, ""))
	for _, e := range es {
		if !e.IsDir() && !strings.Contains(e.Name(), ":") {
			tags = append(tags, e.Name())
		}
	}
	json.NewEncoder(w).Encode(map[string]any{"name": repo, "tags": tags})
}

func (g *registry) readManifest(w http.ResponseWriter, r *http.Request, repo, ref string) {
	b, err := os.ReadFile(g.manifest(repo, ref))
	if err != nil {
		fail(w, http.StatusNotFound, "MANIFEST_UNKNOWN", "manifest unknown")
		return
	}
	sum := sha256.Sum256(b)
	w.Header().Set("Content-Type", "application/vnd.docker.distribution.manifest.v2+json")
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	w.Header().Set("Docker-Content-Digest", "sha256:"+hex.EncodeToString(sum[:]))
	if r.Method == http.MethodGet {
		w.Write(b)
	}
}

// writeManifest takes a manifest whose blobs are all there, and keeps it under its digest and its tag.
func (g *registry) writeManifest(w http.ResponseWriter, r *http.Request, repo, ref string) {
	b, err := io.ReadAll(io.LimitReader(r.Body, 4<<20))
	var mf struct {
		Config struct{ Digest string }
		Layers []struct{ Digest string }
	}
	if err != nil || json.Unmarshal(b, &mf) != nil {
		fail(w, http.StatusBadRequest, "MANIFEST_INVALID", "not json")
		return
	}
	for _, d := range append(mf.Layers, mf.Config) {
		if !digestRe.MatchString(d.Digest) {
			fail(w, http.StatusBadRequest, "MANIFEST_INVALID", "bad digest "+d.Digest)
			return
		}
		if _, err := os.Stat(g.blob(d.Digest)); err != nil {
			fail(w, http.StatusBadRequest, "MANIFEST_BLOB_UNKNOWN", d.Digest)
			return
		}
	}
	sum := sha256.Sum256(b)
	d := "sha256:" + hex.EncodeToString(sum[:])
	for _, name := range []string{d, ref} {
		p := g.manifest(repo, name)
		err := os.MkdirAll(filepath.Dir(p), 0o755)
		if err == nil {
			err = os.WriteFile(p, b, 0o644)
		}
		if err != nil {
			fail(w, http.StatusInternalServerError, "UNKNOWN", err.Error())
			return
		}
	}
	w.Header().Set("Docker-Content-Digest", d)
	w.Header().Set("Location", "http://"+r.Host+"/v2/"+repo+"/manifests/"+d)
	w.WriteHeader(http.StatusCreated)
}

func (g *registry) readBlob(w http.ResponseWriter, r *http.Request, f faults, digest string) {
	if f.BlobStatus != 0 {
		fail(w, f.BlobStatus, "UNKNOWN", "fault asked for by /_ctl")
		return
	}
	file, err := os.Open(g.blob(digest))
	if err != nil {
		fail(w, http.StatusNotFound, "BLOB_UNKNOWN", "blob unknown to registry")
		return
	}
	defer file.Close()
	st, err := file.Stat()
	if err != nil {
		fail(w, http.StatusInternalServerError, "UNKNOWN", err.Error())
		return
	}
	if !f.NoLocation {
		w.Header().Set("Location", "http://"+r.Host+r.URL.Path) // what Ollama's downloader needs
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Docker-Content-Digest", digest)
	w.Header().Set("Etag", `"`+digest+`"`)
	http.ServeContent(w, r, "", time.Time{}, &reader{file: file, ctx: r.Context(), f: f, size: st.Size()})
}

func (g *registry) beginUpload(w http.ResponseWriter, r *http.Request, repo string) {
	t, err := os.CreateTemp(filepath.Join(g.root, "uploads"), "u")
	if err != nil {
		fail(w, http.StatusInternalServerError, "UNKNOWN", err.Error())
		return
	}
	t.Close()
	w.Header().Set("Location", "http://"+r.Host+"/v2/"+repo+"/blobs/uploads/"+filepath.Base(t.Name()))
	w.WriteHeader(http.StatusAccepted)
}

// upload takes a part of a blob (PATCH), or its last part and its digest (PUT).
func (g *registry) upload(w http.ResponseWriter, r *http.Request, repo, id string) {
	name := filepath.Join(g.root, "uploads", id)
	file, err := os.OpenFile(name, os.O_RDWR, 0o644)
	if err != nil {
		fail(w, http.StatusNotFound, "BLOB_UPLOAD_UNKNOWN", id)
		return
	}
	defer file.Close()
	var off int64
	if cr := r.Header.Get("Content-Range"); cr != "" {
		fmt.Sscanf(strings.TrimPrefix(cr, "bytes "), "%d-", &off)
	} else {
		off, _ = file.Seek(0, io.SeekEnd)
	}
	file.Seek(off, io.SeekStart)
	n, err := io.Copy(file, r.Body)
	if err != nil {
		fail(w, http.StatusInternalServerError, "BLOB_UPLOAD_INVALID", err.Error())
		return
	}
	if r.Method == http.MethodPatch {
		w.Header().Set("Location", "http://"+r.Host+(&url.URL{Path: r.URL.Path}).String())
		w.Header().Set("Range", fmt.Sprintf("0-%d", off+n-1))
		w.WriteHeader(http.StatusAccepted)
		return
	}
	want := r.URL.Query().Get("digest")
	h := sha256.New()
	file.Seek(0, io.SeekStart)
	io.Copy(h, file)
	got := "sha256:" + hex.EncodeToString(h.Sum(nil))
	if got != want {
		os.Remove(name)
		fail(w, http.StatusBadRequest, "DIGEST_INVALID", "got "+got+", want "+want)
		return
	}
	os.Chmod(name, 0o644)
	if err := os.Rename(name, g.blob(got)); err != nil {
		fail(w, http.StatusInternalServerError, "UNKNOWN", err.Error())
		return
	}
	w.Header().Set("Docker-Content-Digest", got)
	w.Header().Set("Location", "http://"+r.Host+"/v2/"+repo+"/blobs/"+got)
	w.WriteHeader(http.StatusCreated)
}
