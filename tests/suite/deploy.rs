//! The manifests for Kubernetes, compared with the server: settings, ports, times and memory. What rules and dashboard ask for is looked at
//! in `monitoring.rs`. Whether Kubernetes takes them is looked at by `scripts/check-deploy`, which needs tools.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use paydirt::server::config::Settings;
use yaml_rust2::{Yaml, YamlLoader};

use crate::tools::root;

pub fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub fn documents(path: &Path) -> Vec<Yaml> {
    YamlLoader::load_from_str(&text(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub fn list(yaml: &Yaml) -> impl Iterator<Item = &Yaml> {
    yaml.as_vec().into_iter().flatten()
}

fn names(yaml: &Yaml) -> impl Iterator<Item = &str> {
    list(yaml).filter_map(Yaml::as_str)
}

fn folders(of: &str) -> BTreeSet<PathBuf> {
    std::fs::read_dir(root().join(of)).expect("it is there").map(|entry| entry.expect("an entry").path()).collect()
}

/// What a folder of kustomize's puts together, as far as it is asked for here: what comes later stands over what came before.
#[derive(Debug, Default)]
struct Manifests {
    settings: BTreeMap<String, String>,
    documents: Vec<Yaml>,
    tags: Vec<String>,
    components: BTreeSet<String>,
}

impl Manifests {
    fn of(overlay: &Path) -> Manifests {
        let mut manifests = Manifests::default();
        manifests.add(overlay);
        manifests
    }

    fn add(&mut self, folder: &Path) {
        let kustomization = &documents(&folder.join("kustomization.yaml"))[0];
        for path in names(&kustomization["resources"]).map(|name| folder.join(name)) {
            if path.is_dir() {
                self.add(&path);
            } else {
                self.documents.extend(documents(&path));
            }
        }
        for name in names(&kustomization["components"]) {
            self.components.insert(name.rsplit('/').next().unwrap_or_default().to_owned());
            self.add(&folder.join(name));
        }
        for file in list(&kustomization["configMapGenerator"]).flat_map(|generator| names(&generator["envs"])) {
            let file = text(&folder.join(file));
            let lines = file.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
            let settings = lines.map(|line| line.split_once('=').unwrap_or_else(|| panic!("{line:?} is no setting")));
            self.settings.extend(settings.map(|(name, value)| (name.to_owned(), value.to_owned())));
        }
        for patch in list(&kustomization["patches"]).filter_map(|patch| patch["path"].as_str()) {
            self.documents.extend(documents(&folder.join(patch)));
        }
        self.tags.extend(list(&kustomization["images"]).filter_map(|image| Some(image["newTag"].as_str()?.to_owned())));
    }

    /// Of the Deployment's Pod: the last word on this.
    fn of_pod<'a>(&'a self, look: impl Fn(&'a Yaml) -> &'a Yaml) -> &'a Yaml {
        let deployments = self.documents.iter().rev().filter(|document| document["kind"].as_str() == Some("Deployment"));
        deployments
            .map(|document| look(&document["spec"]["template"]["spec"]))
            .find(|found| !found.is_badvalue())
            .expect("it is there")
    }

    fn of_container<'a>(&'a self, look: impl Fn(&'a Yaml) -> &'a Yaml) -> &'a Yaml {
        self.of_pod(|pod| look(&pod["containers"][0]))
    }

    /// As the server reads them.
    fn effective(&self) -> BTreeMap<&'static str, String> {
        let of_paydirt = self.settings.iter().filter_map(|(name, value)| Some((name.strip_prefix("PAYDIRT_")?, value)));
        let flags = of_paydirt.map(|(name, value)| format!("--{}={value}", name.to_lowercase().replace('_', "-")));
        let settings = Settings::read(std::iter::once("paydirt".to_owned()).chain(flags));
        settings.unwrap_or_else(|error| panic!("{error}")).effective().into_iter().collect()
    }

    fn is_in_plain_text(&self) -> bool {
        !self.settings.contains_key("PAYDIRT_TLS_CERTIFICATE")
    }
}

/// `384Mi`, in bytes.
fn bytes(quantity: &str) -> u64 {
    let mebibytes = quantity.strip_suffix("Mi").expect("written in Mi");
    mebibytes.parse::<u64>().expect("a number") << 20
}

/// What `scripts/build-image` makes is what is loaded into a cluster of one's own machine, and what the overlay asks for.
#[test]
fn the_development_overlay_asks_for_the_image_that_is_built_here_and_pulls_none() {
    let folder = root().join("deploy/overlays/development");
    let kustomization = &documents(&folder.join("kustomization.yaml"))[0];
    let [image] = &list(&kustomization["images"]).collect::<Vec<_>>()[..] else { panic!("one image") };
    let part = |name: &str| image[name].as_str().unwrap_or_else(|| panic!("no {name}"));
    assert_eq!(
        part("name"),
        documents(&root().join("deploy/base/deployment.yaml"))[0]["spec"]["template"]["spec"]["containers"][0]["image"]
            .as_str()
            .expect("an image")
    );
    let reference = format!("{}:{}", part("newName"), part("newTag"));
    assert!(
        text(&root().join("scripts/build-image")).contains(&format!("{{1:-{reference}}}")),
        "scripts/build-image makes no {reference}"
    );
    assert!(text(&root().join("README.md")).contains(&reference), "README.md does not name {reference}");
    let manifests = Manifests::of(&folder);
    assert_eq!(manifests.of_container(|container| &container["imagePullPolicy"]).as_str(), Some("Never"));
}

#[test]
fn the_server_takes_the_settings_of_every_overlay() {
    for overlay in folders("deploy/overlays") {
        let manifests = Manifests::of(&overlay);
        let settings = manifests.effective();
        for name in manifests.settings.keys() {
            assert!(name.starts_with("PAYDIRT_") || name.starts_with("OTEL_"), "{name}");
        }
        let seconds = |name: &str| humantime::parse_duration(&settings[name]).expect("a duration");
        let most = seconds("lame-duck") + seconds("drain") + Duration::from_secs(2);
        let grace = manifests.of_pod(|pod| &pod["terminationGracePeriodSeconds"]).as_i64().expect("a number");
        assert!(grace > most.as_secs().cast_signed(), "{}: {grace} s, and it may take {most:?}", overlay.display());
        assert!(seconds("drain") >= seconds("default-deadline"), "{}: calls would be cut", overlay.display());

        // The formula of docs/operations.md.
        let count = |name: &str| settings[name].parse::<u64>().expect("a number");
        let limit =
            bytes(manifests.of_container(|container| &container["resources"]["limits"]["memory"]).as_str().expect("text"));
        let messages = (128 << 20).min(limit / 3);
        let need = 50_000_000
            + messages * 5 / 4
            + (36 << 20) * count("pool-threads")
            + (2 << 20) * count("workers")
            + 56_000 * count("max-connections");
        assert!(limit >= need && limit < 2 * need, "{}: {limit} bytes of memory, and {need} are needed", overlay.display());
        let request = manifests.of_container(|container| &container["resources"]["requests"]["memory"]);
        assert_eq!(bytes(request.as_str().expect("text")), limit);
        for name in ["PAYDIRT_WORKERS", "PAYDIRT_POOL_THREADS"] {
            assert!(manifests.settings.contains_key(name), "{name} would be the cores of whichever node");
        }
    }
}

#[test]
fn every_component_has_settings_that_the_server_takes() {
    for component in folders("deploy/components") {
        let mut manifests = Manifests::of(&root().join("deploy/base"));
        if component.ends_with("mutual-tls") {
            manifests.add(&root().join("deploy/components/tls"));
        }
        manifests.add(&component);
        manifests.effective();
    }
}

#[test]
fn ports_are_where_the_server_listens() {
    for overlay in folders("deploy/overlays") {
        let manifests = Manifests::of(&overlay);
        let settings = manifests.effective();
        let port = |name: &str| settings[name].rsplit(':').next().expect("a port").parse::<i64>().expect("a number");
        let ports = BTreeMap::from([("grpc", port("listen")), ("admin", port("admin-listen"))]);
        let of_container = list(manifests.of_container(|container| &container["ports"]));
        let of_container =
            of_container.map(|port| (port["name"].as_str().expect("text"), port["containerPort"].as_i64().expect("a number")));
        assert_eq!(of_container.collect::<BTreeMap<_, _>>(), ports);
        for probe in ["startupProbe", "readinessProbe", "livenessProbe"] {
            let probe = manifests.of_container(|container| &container[probe]);
            let of_http = probe["httpGet"]["port"].as_str().map(|name| ports[name]);
            assert_eq!(probe["grpc"]["port"].as_i64().or(of_http), Some(ports["admin"]), "{probe:?}");
        }
        for service in manifests.documents.iter().filter(|document| document["kind"].as_str() == Some("Service")) {
            for port in list(&service["spec"]["ports"]) {
                let name = port["name"].as_str().expect("a name");
                assert_eq!((port["port"].as_i64(), port["targetPort"].as_str()), (Some(ports[name]), Some(name)));
            }
        }
    }
}

#[test]
fn every_overlay_has_this_version_and_the_page_knows_all_folders() {
    let mut used = BTreeSet::new();
    let page = text(&root().join("docs/kubernetes.md"));
    for overlay in folders("deploy/overlays") {
        let manifests = Manifests::of(&overlay);
        assert_eq!(manifests.tags, [env!("CARGO_PKG_VERSION")], "{}", overlay.display());
        used.extend(manifests.components.iter().cloned());
        let name = overlay.file_name().expect("a name").to_string_lossy().into_owned();
        assert!(page.contains(&format!("`{name}`")), "docs/kubernetes.md does not know {name}");
        assert_eq!(manifests.is_in_plain_text(), !name.ends_with("tls"));
    }
    for component in folders("deploy/components") {
        let name = component.file_name().expect("a name").to_string_lossy().into_owned();
        assert!(page.contains(&format!("`{name}`")), "docs/kubernetes.md does not know {name}");
        assert!(used.contains(&name) || ["ipv6", "web"].contains(&name.as_str()), "{name} is in no overlay");
    }
}
