//! One generation for everybody who asks the same at the same time.
//!
//! A [`Flight`] is an answer being written. It belongs to nobody: whoever asks
//! takes a [`Seat`] and sees its state from the beginning; leaving gives the
//! seat back, and only the last to leave stops the writing. Flights are found
//! by what the answer is made from and the sense of the question, so nobody
//! ever joins one of another school or with other passages.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::Asked;
use super::key::Fingerprint;
use super::question::Question;
use crate::error::Code;
use crate::inference::protocol::{FailureCode, Finish, Usage};

/// What is known of an answer being written.
#[derive(Debug, Default)]
pub struct Progress {
    /// Place in the queue and seconds to wait, until the writing starts.
    pub queue: Option<(u32, u32)>,
    /// Whether the model is reading or writing.
    pub started: bool,
    /// What was written.
    pub text: String,
    /// How it ended.
    pub end: Option<End>,
}

/// How the writing of an answer ended.
#[derive(Debug, Clone, PartialEq)]
pub enum End {
    /// The model came to an end.
    Written(Finish, Usage),
    /// The model's worker failed in the middle.
    Broken(FailureCode),
    /// Nothing could be written: `queue_full`, `unavailable` or `internal`.
    Refused(Code),
}

/// An answer being written.
pub struct Flight {
    /// The question of whoever asked first.
    question: Option<Question>,
    /// Where it is listed; none when it is nobody else's business.
    place: Option<Place>,
    /// Stops the writing.
    pub cancel: CancellationToken,
    progress: Mutex<Progress>,
    changed: watch::Sender<()>,
    seats: Mutex<usize>,
}

type Place = (Fingerprint, String);
type List = HashMap<Place, Vec<Arc<Flight>>>;

impl Flight {
    fn new(
        question: Option<Question>,
        place: Option<Place>,
        cancel: CancellationToken,
    ) -> Arc<Self> {
        Arc::new(Self {
            question,
            place,
            cancel,
            progress: Mutex::default(),
            changed: watch::channel(()).0,
            seats: Mutex::new(0),
        })
    }

    /// The question of whoever asked first; none when nobody may join.
    pub fn question(&self) -> Option<&Question> {
        self.question.as_ref()
    }

    /// Changes what is known and wakes those who watch.
    pub fn update(&self, change: impl FnOnce(&mut Progress)) {
        change(&mut lock(&self.progress));
        self.changed.send_replace(());
    }

    /// Looks at what is known.
    pub fn look<T>(&self, at: impl FnOnce(&Progress) -> T) -> T {
        at(&lock(&self.progress))
    }
}

/// The answers being written that others may join. Cheap to clone.
#[derive(Clone, Default)]
pub struct Flights {
    list: Arc<Mutex<List>>,
}

/// A way to an answer.
pub enum Boarding {
    /// Somebody's answer is being written; more may come of it.
    Joined(Seat),
    /// This one begins an answer and must have it written.
    Began(Seat, Landing),
}

impl Flights {
    /// The flights with this sense and fingerprint.
    pub fn alike(&self, asked: &Asked) -> Vec<Arc<Flight>> {
        lock(&self.list)
            .get(&place_of(asked))
            .cloned()
            .unwrap_or_default()
    }

    /// A seat on the flight of the same question, or of those `alike` that
    /// were found to be near enough, or on a new one that `cancel` stops.
    /// `None` when one is there that nobody looked at: look again.
    pub fn board(
        &self,
        asked: &Asked,
        alike: &[(Arc<Flight>, bool)],
        cancel: &CancellationToken,
    ) -> Option<Boarding> {
        let place = place_of(asked);
        let mut list = lock(&self.list);
        let flights = list.entry(place.clone()).or_default();
        for flight in flights.iter() {
            let same = flight
                .question
                .as_ref()
                .is_some_and(|q| q.is(&asked.question));
            let known = alike.iter().find(|(known, _)| Arc::ptr_eq(known, flight));
            match (same, known) {
                (true, _) | (_, Some((_, true))) => {
                    return Some(Boarding::Joined(self.seat(flight)));
                }
                (_, Some((_, false))) => {}
                (_, None) => return None,
            }
        }
        let flight = Flight::new(
            Some(asked.question.clone()),
            Some(place),
            cancel.child_token(),
        );
        flights.push(flight.clone());
        let landing = Landing {
            flights: self.clone(),
            flight: flight.clone(),
        };
        Some(Boarding::Began(self.seat(&flight), landing))
    }

    /// An answer that nobody else may join.
    pub fn alone(&self, cancel: &CancellationToken) -> (Seat, Landing) {
        let flight = Flight::new(None, None, cancel.child_token());
        let landing = Landing {
            flights: self.clone(),
            flight: flight.clone(),
        };
        (self.seat(&flight), landing)
    }

    /// Call it with the list locked when the flight is listed.
    fn seat(&self, flight: &Arc<Flight>) -> Seat {
        *lock(&flight.seats) += 1;
        let mut changed = flight.changed.subscribe();
        changed.mark_changed();
        Seat {
            flights: self.clone(),
            flight: flight.clone(),
            changed,
        }
    }

    fn remove(&self, list: &mut List, flight: &Arc<Flight>) {
        let Some(place) = &flight.place else { return };
        if let Some(flights) = list.get_mut(place) {
            flights.retain(|other| !Arc::ptr_eq(other, flight));
            if flights.is_empty() {
                list.remove(place);
            }
        }
    }
}

/// One person's place on a flight. Dropping it gives the place back; the last
/// one stops the writing.
pub struct Seat {
    flights: Flights,
    flight: Arc<Flight>,
    changed: watch::Receiver<()>,
}

impl Seat {
    /// Resolves when there is something new; at once the first time.
    pub async fn changed(&mut self) {
        // The sender lives in the flight, which this seat holds.
        let _ = self.changed.changed().await;
    }

    /// Looks at what is known.
    pub fn look<T>(&self, at: impl FnOnce(&Progress) -> T) -> T {
        self.flight.look(at)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        // The list first: nobody may join between the count and the removal.
        let mut list = lock(&self.flights.list);
        let mut seats = lock(&self.flight.seats);
        *seats -= 1;
        if *seats == 0 && self.flight.look(|known| known.end.is_none()) {
            self.flights.remove(&mut list, &self.flight);
            self.flight.cancel.cancel();
        }
    }
}

/// The duty to write an answer. However its task ends, the flight ends and
/// leaves the list.
pub struct Landing {
    flights: Flights,
    flight: Arc<Flight>,
}

impl Landing {
    /// The answer to write.
    pub fn flight(&self) -> &Flight {
        &self.flight
    }
}

impl Drop for Landing {
    fn drop(&mut self) {
        if self.flight.look(|known| known.end.is_none()) {
            let broken = End::Refused(Code::Internal);
            self.flight.update(|known| known.end = Some(broken));
        }
        self.flights
            .remove(&mut lock(&self.flights.list), &self.flight);
    }
}

fn place_of(asked: &Asked) -> Place {
    (asked.made_from, asked.question.sense.clone())
}

fn lock<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{Language, OrgId, PersonaId};

    fn asked(made_from: u8, text: &str) -> Asked {
        Asked {
            org: OrgId::new(),
            persona: PersonaId::new(),
            language: Language::English,
            question: Question::new(text).unwrap(),
            made_from: [made_from; 32],
            passages: Vec::new(),
        }
    }

    fn board(flights: &Flights, asked: &Asked, near: bool) -> Boarding {
        let alike = flights.alike(asked).into_iter().map(|f| (f, near));
        let alike: Vec<_> = alike.collect();
        let cancel = CancellationToken::new();
        flights.board(asked, &alike, &cancel).unwrap()
    }

    #[test]
    fn the_same_question_is_joined_and_only_that() {
        let flights = Flights::default();
        let Boarding::Began(_first, _landing) =
            board(&flights, &asked(1, "Why is soil dark?"), false)
        else {
            panic!("somebody else's flight");
        };
        let joins =
            |asked: &Asked, near| matches!(board(&flights, asked, near), Boarding::Joined(_));
        assert!(joins(&asked(1, "why is SOIL dark"), false));
        assert!(joins(&asked(1, "Why is the soil dark?"), true));
        assert!(!joins(&asked(1, "Why is the soil dark?"), false));
        assert!(!joins(&asked(2, "Why is soil dark?"), true));
        assert!(!joins(&asked(1, "Why is soil red?"), true));
    }

    #[test]
    fn one_that_nobody_looked_at_is_looked_at() {
        let flights = Flights::default();
        let (one, two) = (
            asked(1, "Why is soil dark?"),
            asked(1, "Why is the soil dark?"),
        );
        let _first = board(&flights, &one, false);
        let cancel = CancellationToken::new();
        assert!(flights.board(&two, &[], &cancel).is_none());
        let unlike = vec![(flights.alike(&two).remove(0), false)];
        assert!(matches!(
            flights.board(&two, &unlike, &cancel),
            Some(Boarding::Began(..))
        ));
    }

    #[tokio::test]
    async fn the_last_to_leave_stops_the_writing() {
        let flights = Flights::default();
        let asked = asked(1, "Why is soil dark?");
        let Boarding::Began(first, landing) = board(&flights, &asked, false) else {
            panic!("somebody else's flight");
        };
        let Boarding::Joined(mut second) = board(&flights, &asked, false) else {
            panic!("a second flight");
        };
        drop(first);
        landing
            .flight()
            .update(|known| known.text.push_str("Because"));
        assert!(!landing.flight().cancel.is_cancelled());
        second.changed().await;
        assert_eq!(second.look(|known| known.text.clone()), "Because");
        drop(second);
        assert!(landing.flight().cancel.is_cancelled());
        // Nobody joins what is being stopped.
        assert!(matches!(
            board(&flights, &asked, false),
            Boarding::Began(..)
        ));
    }

    #[test]
    fn a_writer_that_breaks_off_ends_the_flight() {
        let flights = Flights::default();
        let asked = asked(1, "Why is soil dark?");
        let Boarding::Began(seat, landing) = board(&flights, &asked, false) else {
            panic!("somebody else's flight");
        };
        assert_eq!(lock(&flights.list).len(), 1);
        drop(landing);
        assert_eq!(lock(&flights.list).len(), 0);
        let end = seat.look(|known| known.end.clone());
        assert_eq!(end, Some(End::Refused(Code::Internal)));
    }
}
