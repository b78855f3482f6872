package struct Tensor {}
