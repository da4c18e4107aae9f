//! The methods as the web port sees them: how many messages each of them takes, and which one was meant by a name that is none.

use crate::server::method::{Kind, Method};
use crate::wire::nearest::nearest as nearest_name;

/// The messages of a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MethodShape {
    /// One message and one answer.
    Unary {
        /// Whether a call changes nothing, so that it may be made by GET.
        is_safe: bool,
    },
    /// Any number of messages on one side.
    OneWayStream,
    /// Any number of messages on both sides, each of which may go on while the other does.
    TwoWayStream,
}

/// The methods that a web port knows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Methods {
    /// Returns the shape of the method with this path, if there is one.
    pub shape: fn(&str) -> Option<MethodShape>,
    /// Returns the full name of the method that may have been meant by a path that is none.
    pub nearest: fn(&str) -> Option<&'static str>,
}

/// The methods of the contract, of health and of reflection.
pub(crate) const SERVED: Methods = Methods { shape, nearest };

fn shape(path: &str) -> Option<MethodShape> {
    let method = Method::of(path);
    Some(match method.kind() {
        Kind::Unknown => return None,
        Kind::Health if method.name().ends_with("/Watch") => MethodShape::OneWayStream,
        Kind::Health => MethodShape::Unary { is_safe: false },
        Kind::Reflection | Kind::ReflectionAlpha | Kind::Stream => MethodShape::TwoWayStream,
        Kind::Model(_) | Kind::Batch | Kind::Presets | Kind::Study(_) => MethodShape::Unary { is_safe: true },
    })
}

fn nearest(path: &str) -> Option<&'static str> {
    let sought = path.trim_matches('/');
    let last = |name: &'static str| name.rsplit('/').next().unwrap_or_default();
    let names = || Method::all().map(Method::name);
    // Whoever knows the method alone may have the service wrong, or leave it out.
    let method = sought.rsplit('/').next().and_then(|method| nearest_name(method, names().map(last)));
    method.and_then(|method| names().find(|name| last(name) == method)).or_else(|| nearest_name(sought, names()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_has_a_shape() {
        assert_eq!(shape("/paydirt.v1.RunwayService/ComputeRunway"), Some(MethodShape::Unary { is_safe: true }));
        assert_eq!(shape("/paydirt.v1.CalculationService/StreamCalculations"), Some(MethodShape::TwoWayStream));
        assert_eq!(shape("/grpc.health.v1.Health/Check"), Some(MethodShape::Unary { is_safe: false }));
        assert_eq!(shape("/grpc.health.v1.Health/Watch"), Some(MethodShape::OneWayStream));
        assert_eq!(shape("/paydirt.v1.RunwayService/ComputeRunaway"), None);
    }

    #[test]
    fn a_name_that_is_none_is_like_one() {
        let runway = Some("paydirt.v1.RunwayService/ComputeRunway");
        for path in [
            "/paydirt.v1.RunwayService/ComputeRunaway",
            "/paydirt.v1.RunwayService/computerunway",
            "/paydirt.v1.Runway/ComputeRunway",
            "/ComputeRunway",
            "/paydirt.v1.RunwayService/ComputeRunway/",
        ] {
            assert_eq!(nearest(path), runway, "{path}");
        }
        for path in ["/", "/favicon.ico", "/wp-login.php", &format!("/{}", "a".repeat(10_000))] {
            assert_eq!(nearest(path), None, "{path}");
        }
    }
}
