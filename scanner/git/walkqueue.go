package git

import (
	"sync"
	"sync/atomic"
)

// workQueue holds what is to be done. A worker that finds it empty waits until
// another puts something there, and all end when all wait. What was put there
// last is done first.
type workQueue struct {
	workers int
	hungry  atomic.Int32 // workers that wait for something that is not there
	stopped atomic.Bool

	mu      sync.Mutex
	changed sync.Cond
	jobs    []func(*walker)
	waiting int
}

func newWorkQueue(workers int) *workQueue {
	q := &workQueue{workers: workers}
	q.changed.L = &q.mu
	return q
}

// put adds a job.
func (q *workQueue) put(job func(*walker)) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.jobs = append(q.jobs, job)
	q.count()
	q.changed.Signal()
}

// take gives a job; false when there will be none any more.
func (q *workQueue) take() (job func(*walker), ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting++
	q.count()
	for len(q.jobs) == 0 && q.waiting < q.workers && !q.stopped.Load() {
		q.changed.Wait()
	}
	if len(q.jobs) == 0 || q.stopped.Load() {
		q.changed.Broadcast() // q.waiting stays: this worker is gone
		return nil, false
	}
	last := len(q.jobs) - 1
	job, q.jobs[last] = q.jobs[last], nil
	q.jobs = q.jobs[:last]
	q.waiting--
	q.count()
	return job, true
}

// count brings hungry up to date.
func (q *workQueue) count() {
	q.hungry.Store(int32(max(0, q.waiting-len(q.jobs)))) //nolint:gosec // a few
}

// stop makes take give nothing any more.
func (q *workQueue) stop() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.stopped.Store(true)
	q.changed.Broadcast()
}
