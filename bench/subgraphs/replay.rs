//! Plays the subgraphs of a benchmark at the least possible cost: one thread, one epoll loop, no parsing of GraphQL.
//!
//! The first time that a request body is seen, the request is passed on to the origin (real subgraphs on graphql-js)
//! and its answer is kept; afterwards the same body gets the same bytes. A body may hold one nonce: the mark `Zq` and
//! eight digits, in a variable or an alias. Bodies that differ only in their nonce count as equal, and the nonce of
//! the request is written into the answer wherever the origin put it.
//!
//! Every answer may be kept for an hour: routers that cache do so, the others ignore it.
//!
//! Usage: replay ORIGIN_HOST:PORT. Prints its own port, ends when its standard input ends.
//! `GET /` answers the number of requests replayed and passed on so far.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::{AsRawFd, RawFd};
use std::rc::Rc;

const NONCE_MARK: &str = "Zq";
const NONCE_DIGITS: usize = 8;
const NONCE_ZERO: &[u8] = b"00000000";
const ANSWERS_MAX: usize = 50_000;
const REQUEST_BYTES_MAX: usize = 16 << 20;
const READ_BYTES: usize = 256 << 10;
const EVENTS_MAX: usize = 256;

fn main() {
    let origin = std::env::args().nth(1).expect("usage: replay ORIGIN_HOST:PORT");
    let listener = TcpListener::bind("127.0.0.1:0").expect("listen");
    listener.set_nonblocking(true).expect("non-blocking listener");
    println!("{}", listener.local_addr().expect("address").port());
    let poller = Poller::new();
    poller.watch(listener.as_raw_fd(), EPOLLIN);
    poller.watch(STANDARD_INPUT, EPOLLIN);
    serve(&poller, &listener, &mut Replayer::new(origin));
}

fn serve(poller: &Poller, listener: &TcpListener, replayer: &mut Replayer) {
    let mut connections: HashMap<RawFd, Connection> = HashMap::new();
    let mut events = [EpollEvent { events: 0, data: 0 }; EVENTS_MAX];
    let mut buffer = vec![0; READ_BYTES];
    loop {
        for event in poller.wait(&mut events) {
            let (ready, descriptor) = ({ event.events }, { event.data } as RawFd);
            if descriptor == STANDARD_INPUT {
                return;
            }
            if descriptor == listener.as_raw_fd() {
                accept_all(poller, listener, &mut connections);
                continue;
            }
            let Some(connection) = connections.get_mut(&descriptor) else { continue };
            let alive = if ready & EPOLLOUT != 0 {
                connection.resume(poller, replayer)
            } else {
                connection.receive(&mut buffer, poller, replayer)
            };
            if alive.is_none() {
                connections.remove(&descriptor);
            }
        }
    }
}

fn accept_all(poller: &Poller, listener: &TcpListener, connections: &mut HashMap<RawFd, Connection>) {
    while let Ok((stream, _)) = listener.accept() {
        stream.set_nonblocking(true).expect("non-blocking connection");
        stream.set_nodelay(true).expect("no delay");
        poller.watch(stream.as_raw_fd(), EPOLLIN);
        connections.insert(stream.as_raw_fd(), Connection { stream, input: Vec::new(), unsent: None });
    }
}

struct Connection {
    stream: TcpStream,
    input: Vec<u8>,
    unsent: Option<(Rc<Vec<u8>>, usize)>,
}

impl Connection {
    /// `None` closes the connection.
    fn receive(&mut self, buffer: &mut [u8], poller: &Poller, replayer: &mut Replayer) -> Option<()> {
        match self.stream.read(buffer) {
            Ok(0) => return None,
            Ok(length) => self.input.extend_from_slice(&buffer[..length]),
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => return Some(()),
            Err(_) => return None,
        }
        self.answer_whole_requests(poller, replayer)
    }

    fn resume(&mut self, poller: &Poller, replayer: &mut Replayer) -> Option<()> {
        if let Some((answer, sent)) = self.unsent.take() {
            self.send(answer, sent, poller)?;
        }
        if self.unsent.is_some() {
            return Some(());
        }
        poller.change(self.stream.as_raw_fd(), EPOLLIN);
        self.answer_whole_requests(poller, replayer)
    }

    fn answer_whole_requests(&mut self, poller: &Poller, replayer: &mut Replayer) -> Option<()> {
        while self.unsent.is_none() {
            let Some(request) = Request::read(&self.input)? else { break };
            let answer = replayer.answer(request.path(&self.input), request.body(&self.input));
            self.input.drain(..request.length());
            self.send(answer, 0, poller)?;
        }
        Some(())
    }

    fn send(&mut self, answer: Rc<Vec<u8>>, mut sent: usize, poller: &Poller) -> Option<()> {
        while sent < answer.len() {
            match self.stream.write(&answer[sent..]) {
                Ok(0) => return None,
                Ok(length) => sent += length,
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                    poller.change(self.stream.as_raw_fd(), EPOLLOUT);
                    self.unsent = Some((answer, sent));
                    return Some(());
                }
                Err(_) => return None,
            }
        }
        Some(())
    }
}

/// Where the parts of a whole HTTP/1.1 request lie in the input. Only bodies of declared length are understood.
struct Request {
    path_start: usize,
    path_end: usize,
    body_start: usize,
    body_bytes: usize,
}

impl Request {
    /// `None`: not a request that can be answered. `Some(None)`: not whole yet.
    fn read(input: &[u8]) -> Option<Option<Request>> {
        let Some(head_end) = find(input, b"\r\n\r\n") else {
            return if input.len() > REQUEST_BYTES_MAX { None } else { Some(None) };
        };
        let head = std::str::from_utf8(&input[..head_end]).ok()?;
        let mut lines = head.split("\r\n");
        let path_start = head.find(' ')? + 1;
        let path_end = path_start + lines.next()?[path_start..].find(' ')?;
        let mut body_bytes = 0;
        for line in lines {
            let (name, value) = line.split_once(':')?;
            if name.eq_ignore_ascii_case("transfer-encoding") {
                eprintln!("a request with transfer-encoding came in: only content-length is understood");
                return None;
            }
            if name.eq_ignore_ascii_case("content-length") {
                body_bytes = value.trim().parse().ok()?;
            }
        }
        let body_start = head_end + 4;
        if body_bytes > REQUEST_BYTES_MAX {
            return None;
        }
        let whole = input.len() >= body_start + body_bytes;
        Some(whole.then_some(Request { path_start, path_end, body_start, body_bytes }))
    }

    fn path<'a>(&self, input: &'a [u8]) -> &'a [u8] {
        &input[self.path_start..self.path_end]
    }

    fn body<'a>(&self, input: &'a [u8]) -> &'a [u8] {
        &input[self.body_start..self.length()]
    }

    fn length(&self) -> usize {
        self.body_start + self.body_bytes
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

struct Answer {
    bytes: Rc<Vec<u8>>,
    nonce_offsets: Vec<usize>,
}

struct Replayer {
    origin: String,
    answers: HashMap<Vec<u8>, Answer>,
    key: Vec<u8>,
    replayed: u64,
    passed_on: u64,
}

impl Replayer {
    fn new(origin: String) -> Replayer {
        Replayer { origin, answers: HashMap::new(), key: Vec::new(), replayed: 0, passed_on: 0 }
    }

    fn answer(&mut self, path: &[u8], body: &[u8]) -> Rc<Vec<u8>> {
        if path == b"/" {
            return self.counters();
        }
        let nonce_offsets = nonce_offsets(body);
        let nonce = nonce_offsets.first().map(|&offset| &body[offset..offset + NONCE_DIGITS]);
        self.key.clear();
        self.key.extend_from_slice(path);
        self.key.push(b' ');
        let body_start = self.key.len();
        self.key.extend_from_slice(body);
        for &offset in &nonce_offsets {
            if Some(&body[offset..offset + NONCE_DIGITS]) == nonce {
                self.key[body_start + offset..body_start + offset + NONCE_DIGITS].copy_from_slice(NONCE_ZERO);
            }
        }
        if let Some(answer) = self.answers.get(&self.key) {
            self.replayed += 1;
            return answer.with_nonce(nonce);
        }
        self.passed_on += 1;
        self.learn(path, body, nonce)
    }

    fn learn(&mut self, path: &[u8], body: &[u8], nonce: Option<&[u8]>) -> Rc<Vec<u8>> {
        let Ok(answer_body) = ask_origin(&self.origin, path, body) else {
            return Rc::new(http_answer("502 Bad Gateway", b"the origin did not answer"));
        };
        let bytes = Rc::new(http_answer("200 OK", &answer_body));
        let mut offsets = nonce_offsets(&bytes);
        offsets.retain(|&offset| Some(&bytes[offset..offset + NONCE_DIGITS]) == nonce);
        if self.answers.len() < ANSWERS_MAX {
            self.answers.insert(self.key.clone(), Answer { bytes: bytes.clone(), nonce_offsets: offsets });
        }
        bytes
    }

    fn counters(&self) -> Rc<Vec<u8>> {
        let text = format!("{{\"replayed\":{},\"passedOn\":{}}}", self.replayed, self.passed_on);
        Rc::new(http_answer("200 OK", text.as_bytes()))
    }
}

impl Answer {
    fn with_nonce(&self, nonce: Option<&[u8]>) -> Rc<Vec<u8>> {
        let Some(nonce) = nonce.filter(|_| !self.nonce_offsets.is_empty()) else { return self.bytes.clone() };
        let mut bytes = self.bytes.as_ref().clone();
        for &offset in &self.nonce_offsets {
            bytes[offset..offset + NONCE_DIGITS].copy_from_slice(nonce);
        }
        Rc::new(bytes)
    }
}

/// Offsets of the digits, not of the mark.
fn nonce_offsets(bytes: &[u8]) -> Vec<usize> {
    let Ok(text) = std::str::from_utf8(bytes) else { return Vec::new() };
    text.match_indices(NONCE_MARK)
        .map(|(offset, _)| offset + NONCE_MARK.len())
        .filter(|&start| {
            bytes.get(start..start + NONCE_DIGITS).is_some_and(|digits| digits.iter().all(u8::is_ascii_digit))
        })
        .collect()
}

fn http_answer(status: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncache-control: max-age=3600\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

fn ask_origin(origin: &str, path: &[u8], body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(origin)?;
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: {origin}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        String::from_utf8_lossy(path),
        body.len()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(body)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let head_end = find(&answer, b"\r\n\r\n").ok_or(std::io::ErrorKind::InvalidData)?;
    if !answer.starts_with(b"HTTP/1.1 200") {
        return Err(std::io::ErrorKind::InvalidData.into());
    }
    Ok(answer.split_off(head_end + 4))
}

const STANDARD_INPUT: RawFd = 0;
const EPOLLIN: u32 = 0x001;
const EPOLLOUT: u32 = 0x004;
const EPOLL_CTL_ADD: i32 = 1;
const EPOLL_CTL_MOD: i32 = 3;

/// As in sys/epoll.h: packed on x86-64 only.
#[repr(C)]
#[cfg_attr(target_arch = "x86_64", repr(packed))]
#[derive(Clone, Copy)]
struct EpollEvent {
    events: u32,
    data: u64,
}

extern "C" {
    fn epoll_create1(flags: i32) -> i32;
    fn epoll_ctl(poller: i32, operation: i32, descriptor: i32, event: *mut EpollEvent) -> i32;
    fn epoll_wait(poller: i32, events: *mut EpollEvent, events_max: i32, timeout_ms: i32) -> i32;
}

struct Poller(RawFd);

impl Poller {
    fn new() -> Poller {
        let descriptor = unsafe { epoll_create1(0) };
        assert!(descriptor >= 0, "epoll_create1");
        Poller(descriptor)
    }

    fn watch(&self, descriptor: RawFd, events: u32) {
        self.control(EPOLL_CTL_ADD, descriptor, events);
    }

    fn change(&self, descriptor: RawFd, events: u32) {
        self.control(EPOLL_CTL_MOD, descriptor, events);
    }

    fn control(&self, operation: i32, descriptor: RawFd, events: u32) {
        let mut event = EpollEvent { events, data: descriptor as u64 };
        let result = unsafe { epoll_ctl(self.0, operation, descriptor, &mut event) };
        assert!(result == 0, "epoll_ctl");
    }

    fn wait<'a>(&self, events: &'a mut [EpollEvent]) -> &'a [EpollEvent] {
        let count = unsafe { epoll_wait(self.0, events.as_mut_ptr(), events.len() as i32, -1) };
        &events[..count.max(0) as usize]
    }
}
