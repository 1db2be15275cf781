//! Codes are read back by a decoder; announcements are heard by a second
//! responder. Multicast stays on the loopback interface.

use std::net::Ipv4Addr;

use mdns_sd::ServiceEvent;

use super::addresses::url;
use super::*;

const WAIT: Duration = Duration::from_secs(20);

/// A name no other test or box on this machine uses.
fn unique(word: &str) -> String {
    let id = uuid::Uuid::new_v4().simple().to_string();
    format!("{word}-{}", &id[..12])
}

fn unannounced(last: u8, on_name: impl Fn(&str) + Send + Sync + 'static) -> Discovery {
    let address = IpAddr::V4(Ipv4Addr::new(127, 0, 0, last));
    Discovery::open(8080, &[address], IfKind::LoopbackV4, Box::new(on_name)).unwrap()
}

fn on_loopback(name: &str, school: &str, last: u8) -> Discovery {
    let mut discovery = unannounced(last, |_| ());
    discovery.take_free_name(name).unwrap();
    discovery.announce(school).unwrap();
    discovery
}

/// Waits until a box of this school is heard.
fn hear(events: &Receiver<ServiceEvent>, school: &str) -> Box<mdns_sd::ResolvedService> {
    loop {
        if let ServiceEvent::ServiceResolved(found) =
            events.recv_timeout(WAIT).expect("the announcement")
            && found.get_property_val_str("name") == Some(school)
        {
            return found;
        }
    }
}

/// Waits until this service said goodbye.
fn hear_goodbye(events: &Receiver<ServiceEvent>, full_name: &str) {
    loop {
        match events.recv_timeout(WAIT).expect("the goodbye") {
            ServiceEvent::ServiceRemoved(_, name) if name == full_name => return,
            _ => {}
        }
    }
}

fn listener() -> ServiceDaemon {
    let daemon = ServiceDaemon::new().unwrap();
    daemon.disable_interface(IfKind::All).unwrap();
    daemon.enable_interface(IfKind::LoopbackV4).unwrap();
    daemon
}

#[test]
fn an_announcement_is_heard_and_withdrawn() {
    let (name, school) = (unique("bwenge"), unique("G.S. Kigali"));
    let listener = listener();
    let events = listener.browse(SERVICE).unwrap();
    let box_ = on_loopback(&name, &school, 1);
    assert_eq!(box_.host.name(), format!("{name}.local"));

    let heard = hear(&events, &school);
    assert_eq!(heard.get_hostname(), format!("{name}.local."));
    assert_eq!(heard.get_port(), 8080);
    assert_eq!(heard.get_property_val_str("path"), Some("/"));
    assert_eq!(
        heard.get_property_val_str("version"),
        Some(env!("CARGO_PKG_VERSION"))
    );
    assert!(heard.get_addresses_v4().contains(&Ipv4Addr::LOCALHOST));

    drop(box_);
    hear_goodbye(&events, heard.get_fullname());
    listener.shutdown().unwrap();
}

#[test]
fn a_name_lost_later_is_told() {
    let name = unique("late");
    let first = on_loopback(&name, &unique("one"), 1);
    std::thread::sleep(Duration::from_secs(2));
    let (told, names) = std::sync::mpsc::channel();
    let mut second = unannounced(2, move |name| told.send(name.to_owned()).unwrap());
    // As if the first had come just after the name was found free.
    second.host.set(&format!("{name}.local"));
    second.announce(&unique("two")).unwrap();
    let next = || names.recv_timeout(WAIT).unwrap();
    assert_eq!(next(), format!("{name}.local"));
    assert_eq!(next(), format!("{name}-2.local"));
    assert_eq!(second.host.name(), format!("{name}-2.local"));
    drop(first);
}

#[test]
fn the_second_box_of_a_name_is_renamed() {
    let name = unique("twin");
    let first = on_loopback(&name, &unique("one"), 1);
    // Its claim counts once its probes went unanswered.
    std::thread::sleep(Duration::from_secs(2));
    let second = on_loopback(&name, &unique("two"), 2);
    let renamed = format!("{name}-2.local");
    assert_eq!(second.host.name(), renamed);
    assert!(second.full_name.contains(" (2)."), "{}", second.full_name);
    assert_eq!(first.host.name(), format!("{name}.local"));
    drop(first);
    assert_eq!(
        on_loopback(&name, "", 3).host.name(),
        format!("{name}.local")
    );
}

#[test]
fn names_are_made_fit_for_dns() {
    let check = |name: &str, expect: &str| assert_eq!(host_label(name), expect);
    check("bwenge", "bwenge");
    check("Bwenge.local", "bwenge");
    check("Ikigo cya Musanze", "ikigo-cya-musanze");
    check("--", "bwenge");
    check("", "bwenge");
    assert!(host_label(&"x".repeat(300)).len() <= 56);
    assert_eq!(shortened("aé", 2), "a");
}

#[test]
fn a_long_school_name_is_announced_shortened() {
    on_loopback(&unique("long"), &"Étoile ".repeat(60), 1);
}

#[test]
fn every_address_is_one_a_phone_can_open() {
    for address in lan_addresses(8080) {
        let ip = address
            .strip_prefix("http://")
            .and_then(|rest| rest.strip_suffix(":8080"))
            .expect("a URL");
        assert!(!ip.parse::<Ipv4Addr>().unwrap().is_loopback());
    }
    assert_eq!(url(Ipv4Addr::new(10, 0, 0, 1), 80), "http://10.0.0.1");
}

#[test]
fn qr_codes_read_back() {
    let url = "http://192.168.100.200:8080/setup#code=ABCD-2345";
    assert_eq!(decode(&terminal_pixels(&qr_terminal(url))), url);
    assert_eq!(decode(&svg_pixels(&qr_svg(url))), url);
    assert_eq!(qr_svg(&"x".repeat(5000)), "");
}

/// Rows of squares, true for dark.
type Pixels = Vec<Vec<bool>>;

fn decode(pixels: &Pixels) -> String {
    const SCALE: usize = 6;
    let (width, height) = (pixels[0].len() * SCALE, pixels.len() * SCALE);
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| {
        if pixels[y / SCALE][x / SCALE] { 0 } else { 255 }
    });
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1, "one code is visible");
    grids[0].decode().unwrap().1
}

fn terminal_pixels(text: &str) -> Pixels {
    let mut pixels = Pixels::new();
    for line in text.lines() {
        let line = line.strip_prefix("\x1b[38;5;16;48;5;231m").unwrap();
        let line = line.strip_suffix("\x1b[0m").unwrap();
        pixels.push(line.chars().map(|c| matches!(c, '█' | '▀')).collect());
        pixels.push(line.chars().map(|c| matches!(c, '█' | '▄')).collect());
    }
    pixels
}

fn svg_pixels(svg: &str) -> Pixels {
    let side = svg.split("viewBox=\"0 0 ").nth(1).unwrap();
    let side: usize = side.split(' ').next().unwrap().parse().unwrap();
    let mut pixels = vec![vec![false; side]; side];
    let path = svg.split("fill=\"#000\" d=\"").nth(1).unwrap();
    for square in path.split('M').skip(1) {
        let mut numbers = square.split(['h', ' ']).map(|n| n.parse::<usize>());
        let (x, y) = (numbers.next().unwrap(), numbers.next().unwrap());
        pixels[y.unwrap()][x.unwrap()] = true;
    }
    pixels
}
