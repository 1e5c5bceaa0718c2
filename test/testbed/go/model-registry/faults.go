package main

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"
)

// faults are failures that a test asks for with PUT /_ctl?name=value; PUT /_ctl alone puts all back.
type faults struct {
	Rate       int64 // rate: bytes a second for all blob reads together; 0: no limit
	Cut        int64 // cut: each blob read breaks off after so many bytes
	Corrupt    int64 // corrupt: the first byte of each blob of at least so many bytes is flipped
	Status     int   // status: every /v2/ answer
	BlobStatus int   // blobstatus: every answer to a blob read
	NoLocation bool  // location=0: no Location header on blob reads, as a stock registry

	pace *pace // shared by the blob reads that began with these faults
}

// pace shares one rate among blob reads. Those that began before the faults were changed have another
// one: however slow they still are, they keep none of the later ones waiting.
type pace struct {
	mu   sync.Mutex
	free time.Time // when all that was read so far has had its time
}

// take books so much time after all that is booked already, and says when it is over.
func (p *pace) take(d time.Duration) time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now := time.Now(); p.free.Before(now) {
		p.free = now
	}
	p.free = p.free.Add(d)
	return p.free
}

// control answers /_ctl: GET shows the faults now asked for, PUT sets them (those left out are put back to none).
func (g *registry) control(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if r.Method == http.MethodPut {
		q := r.URL.Query()
		n := func(k string) int64 { v, _ := strconv.ParseInt(q.Get(k), 10, 64); return v }
		g.f = faults{Rate: n("rate"), Cut: n("cut"), Status: int(n("status")), BlobStatus: int(n("blobstatus")),
			Corrupt: n("corrupt"), NoLocation: q.Get("location") == "0", pace: new(pace)}
	}
	json.NewEncoder(w).Encode(g.f)
}

// reader is the body of a blob, with the faults asked for. The file is not embedded: net/http
// would find its SyscallConn and send it with sendfile, past Read.
type reader struct {
	file *os.File
	ctx  context.Context // done when nobody reads any more
	f    faults
	size int64
	pos  int64
	read int64
}

func (r *reader) Seek(off int64, whence int) (int64, error) {
	n, err := r.file.Seek(off, whence)
	r.pos = n
	return n, err
}

func (r *reader) Read(p []byte) (int, error) {
	if r.f.Cut > 0 {
		if r.read >= r.f.Cut {
			panic(http.ErrAbortHandler)
		}
		p = p[:min(int64(len(p)), r.f.Cut-r.read)]
	}
	if r.f.Rate > 0 {
		p = p[:min(int64(len(p)), max(r.f.Rate/20, 1))]
	}
	n, err := r.file.Read(p)
	if r.f.Corrupt > 0 && r.size >= r.f.Corrupt && r.pos == 0 && n > 0 {
		p[0] ^= 0xff
	}
	r.pos += int64(n)
	r.read += int64(n)
	if r.f.Rate > 0 {
		over := r.f.pace.take(time.Duration(n) * time.Second / time.Duration(r.f.Rate))
		select {
		case <-time.After(time.Until(over)):
		case <-r.ctx.Done():
			return 0, r.ctx.Err()
		}
	}
	return n, err
}
