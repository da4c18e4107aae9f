//! Tests of the places: who gets one, who makes room, and that the table forgets.

use proptest::prelude::*;

use super::*;

/// Calls of a connection that never end.
struct Calls(usize);

impl InFlight for Calls {
    fn calls(&self) -> usize {
        self.0
    }
}

fn address(caller: u8) -> IpAddr {
    IpAddr::from([192, 0, 2, caller])
}

fn take(places: &Arc<Places>, caller: u8) -> Result<HeldPlace, NoPlace> {
    places.take(address(caller)).map(|taken| taken.place)
}

fn told(place: &HeldPlace) -> Told {
    place.seat.told()
}

#[test]
fn whoever_holds_most_makes_room_with_its_newest_connection() {
    let places = Places::new(3);
    let greedy: Vec<_> = (0..3).map(|_| take(&places, 1).expect("there is room")).collect();
    assert!(take(&places, 1).is_err(), "the newcomer holds most");
    let Ok(taken) = places.take(address(2)) else { panic!("it asks for little") };
    assert_eq!(taken.from, Some(CallerKey::of_address(address(1))));
    assert_eq!(greedy.iter().map(told).collect::<Vec<_>>(), [Told::Nothing, Told::Nothing, Told::Leave]);
    assert!(take(&places, 2).is_err(), "both would have as many, and nothing would be gained");
    assert!(take(&places, 1).is_err());
    assert_eq!(told(&taken.place), Told::Nothing);
}

#[test]
fn a_connection_without_calls_goes_first_and_where_all_have_calls_the_newest_goes() {
    let places = Places::new(3);
    let calls: Arc<dyn InFlight> = Arc::new(Calls(1));
    let greedy: Vec<_> = (0..3).map(|_| take(&places, 1).expect("there is room")).collect();
    greedy[0].has_calls(Arc::downgrade(&calls));
    greedy[2].has_calls(Arc::downgrade(&calls));
    let _second = take(&places, 2).expect("room is made");
    assert_eq!(greedy.iter().map(told).collect::<Vec<_>>(), [Told::Nothing, Told::Leave, Told::Nothing]);

    let places = Places::new(2);
    let greedy: Vec<_> = (0..2).map(|_| take(&places, 1).expect("there is room")).collect();
    greedy.iter().for_each(|place| place.has_calls(Arc::downgrade(&calls)));
    let _second = take(&places, 2).expect("room is made");
    assert_eq!(greedy.iter().map(told).collect::<Vec<_>>(), [Told::Nothing, Told::Leave]);
}

#[test]
fn those_that_make_room_are_bounded() {
    let places = Places::new(200);
    let _greedy: Vec<_> = (0..200).map(|_| take(&places, 1).expect("there is room")).collect();
    // Nobody of them goes.
    let others: Vec<_> = (2..=100).map_while(|caller| take(&places, caller).ok()).collect();
    assert_eq!(others.len(), LEAVING_CONNECTIONS_MAX);
    let table = places.table();
    assert_eq!(table.open, 200 + LEAVING_CONNECTIONS_MAX);
    let closed = table.leaving.iter().filter(|(_, seat)| seat.told() == Told::Close).count();
    assert_eq!(closed, LEAVING_CONNECTIONS_MAX / 2, "the others have their moment");
}

#[test]
fn a_name_holds_the_connections_of_all_its_addresses() {
    let places = Places::new(4);
    let name = CallerKey::Name(7);
    let mut named: Vec<_> = (1..=4).map(|caller| take(&places, caller).expect("there is room")).collect();
    named.iter_mut().for_each(|place| place.is_of(name, "client.example"));
    assert_eq!(&*places.shown(name), "client.example");
    let Ok(taken) = places.take(address(9)) else { panic!("a name holds most") };
    assert_eq!(taken.from, Some(name));
    drop(named);
    assert_eq!(&*places.shown(name), "a name without a connection");
    drop(taken);
    let table = places.table();
    assert!(table.callers.is_empty() && table.by_count.is_empty() && table.leaving.is_empty() && table.open == 0);
}

proptest! {
    #[test]
    fn who_asks_for_less_than_an_equal_part_finds_a_place_and_the_places_are_never_too_many(
        asks in prop::collection::vec((0_u8..8, any::<bool>()), 1..300), max in 1_usize..40,
    ) {
        let places = Places::new(max);
        let mut held = Vec::<(u8, HeldPlace)>::new();
        for (caller, gives_back) in asks {
            // A connection that is told to leave does so.
            held.retain(|(_, place)| told(place) == Told::Nothing);
            if gives_back {
                if let Some(at) = held.iter().position(|(of, _)| *of == caller) {
                    held.remove(at);
                }
                continue;
            }
            let own = held.iter().filter(|(of, _)| *of == caller).count();
            let most = (0..8).map(|of| held.iter().filter(|(other, _)| *other == of).count()).max().unwrap_or(0);
            match take(&places, caller) {
                Ok(place) => held.push((caller, place)),
                Err(no_place) => prop_assert!(held.len() == max && no_place.own == own && own + 1 >= most, "{own} of {most}"),
            }
            held.retain(|(_, place)| told(place) == Told::Nothing);
            prop_assert!(held.len() <= max);
        }
        held.clear();
        let table = places.table();
        prop_assert!(table.callers.is_empty() && table.by_count.is_empty() && table.leaving.is_empty() && table.open == 0);
    }
}
