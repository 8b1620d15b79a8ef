fn main() {
    napi_build::setup();
    // Helper threads sleep in this library, so it must not be unloaded when the worker that loaded it ends.
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux") {
        println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }
}
