fn main() {
    println!("cargo:rerun-if-changed=../../../proto");
    let files = protox::compile(["paydirt/v1/break_even.proto"], ["../../../proto"]).unwrap();
    tonic_prost_build::configure().build_client(false).compile_fds(files).unwrap();
}
