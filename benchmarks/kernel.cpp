// The engine's training as plain C++: how fast this machine can do it, the yardstick of the engine.
//
// One layer of LSTM with U units, one feature, B lanes, S steps of one timestep, a linear head, mean squared error and
// Adam as Keras writes them. W repeats are the lanes of a vector register; blocks of W repeats are trained one after
// the other, so that their weights stay in the cache. Gates stand in Keras's order: input, forget, candidate, output.

#include <cmath>
#include <cstring>
#include <vector>

namespace {

constexpr int W = 16;  // repeats in a vector
typedef float Vector __attribute__((vector_size(W * sizeof(float))));
typedef int Integers __attribute__((vector_size(W * sizeof(int))));

constexpr float BETA1 = 0.9f, BETA2 = 0.999f, EPSILON = 1e-7f;

inline Vector all(float value) { return Vector{} + value; }

// e^x to 2e-7: 2^k times a Taylor polynomial on [-log(2)/2, log(2)/2].
inline Vector exponential(Vector x) {
  x = x < -80.0f ? all(-80.0f) : x > 80.0f ? all(80.0f) : x;
  const Integers whole = __builtin_convertvector(x * 1.44269504f + (x < 0.0f ? all(-0.5f) : all(0.5f)), Integers);
  const Vector rest = x - __builtin_convertvector(whole, Vector) * 0.69314718056f;
  Vector sum = all(1.0f / 5040);
  for (const float c : {1.0f / 720, 1.0f / 120, 1.0f / 24, 1.0f / 6, 0.5f, 1.0f, 1.0f}) sum = sum * rest + c;
  const Integers power = (whole + 127) << 23;
  Vector scale;
  std::memcpy(&scale, &power, sizeof scale);
  return sum * scale;
}

inline Vector sigmoid(Vector x) { return 1.0f / (1.0f + exponential(-x)); }
inline Vector tanh(Vector x) { return 1.0f - 2.0f / (1.0f + exponential(2.0f * x)); }

inline Vector root(Vector x) {
  Vector y;
  for (int r = 0; r < W; r++) y[r] = std::sqrt(x[r]);
  return y;
}

struct Block {
  const int units, lanes;
  Vector *const weights;  // [P]: kernel [4U], recurrent kernel [U, 4U], bias [4U], head [U], head bias
  std::vector<Vector> first, second;  // Adam's moments [P]
  std::vector<Vector> hidden, next_hidden, carry;  // [U, B]
  std::vector<Vector> slope;  // [4U, B] of the loss over what goes into the gates
  std::vector<Vector> error;  // [B]
  float rate = 0;  // of the update, with Adam's corrections

  Block(int units, int lanes, Vector *weights)
      : units(units), lanes(lanes), weights(weights), first(4 * units * (units + 2) + units + 1), second(first.size()),
        hidden(units * lanes), next_hidden(hidden), carry(hidden), slope(4 * units * lanes), error(lanes) {}

  void zero_state() {
    std::fill(hidden.begin(), hidden.end(), Vector{});
    std::fill(carry.begin(), carry.end(), Vector{});
  }

  void update(int place, Vector gradient) {
    first[place] += (gradient - first[place]) * (1 - BETA1);
    second[place] += (gradient * gradient - second[place]) * (1 - BETA2);
    weights[place] -= first[place] * rate / (root(second[place]) + EPSILON);
  }

  Vector over_lanes(const Vector *left, const Vector *right) const {
    Vector sum{};
    for (int b = 0; b < lanes; b++) sum += left[b] * right[b];
    return sum;
  }

  Vector gate_input(int gate, int unit, int lane, float x) const {
    const int column = gate * units + unit;
    Vector z = weights[column] * x + weights[4 * units * (units + 1) + column];
    for (int v = 0; v < units; v++) z += hidden[v * lanes + lane] * weights[4 * units * (v + 1) + column];
    return z;
  }

  // Take a timestep of one unit in one lane; slope gets what each gate does to the hidden state.
  void cell(int unit, int lane, float x) {
    const int here = unit * lanes + lane, stride = units * lanes;
    const Vector i = sigmoid(gate_input(0, unit, lane, x)), f = sigmoid(gate_input(1, unit, lane, x));
    const Vector g = tanh(gate_input(2, unit, lane, x)), o = sigmoid(gate_input(3, unit, lane, x));
    const Vector before = carry[here], after = f * before + i * g, shown = tanh(after);
    const Vector through = o * (1.0f - shown * shown);
    slope[here] = through * g * i * (1.0f - i);
    slope[here + stride] = through * before * f * (1.0f - f);
    slope[here + 2 * stride] = through * i * (1.0f - g * g);
    slope[here + 3 * stride] = shown * o * (1.0f - o);
    carry[here] = after;
    next_hidden[here] = o * shown;
  }

  // Forecast, and return the loss.
  Vector forward(const float *x, const float *y) {
    Vector loss{};
    const Vector *head = weights + first.size() - units - 1;
    for (int b = 0; b < lanes; b++) {
      Vector forecast = head[units];
      for (int u = 0; u < units; u++) {
        cell(u, b, x[b]);
        forecast += next_hidden[u * lanes + b] * head[u];
      }
      error[b] = forecast - y[b];
      loss += error[b] * error[b];
      error[b] *= 2.0f / lanes;
    }
    return loss / static_cast<float>(lanes);
  }

  // Change every weight by Adam; the gradient stops at the state before this step.
  void backward(const float *x) {
    const int columns = 4 * units, head = static_cast<int>(first.size()) - units - 1;
    for (int column = 0; column < columns; column++) {
      Vector *const mine = &slope[column * lanes];
      Vector input{}, bias{};
      for (int b = 0; b < lanes; b++) {
        mine[b] *= error[b] * weights[head + column % units];
        input += mine[b] * x[b];
        bias += mine[b];
      }
      update(column, input);
      update(columns * (units + 1) + column, bias);
      for (int v = 0; v < units; v++) update(columns * (v + 1) + column, over_lanes(mine, &hidden[v * lanes]));
    }
    Vector bias{};
    for (int b = 0; b < lanes; b++) bias += error[b];
    for (int u = 0; u < units; u++) update(head + u, over_lanes(error.data(), &next_hidden[u * lanes]));
    update(head + units, bias);
    hidden.swap(next_hidden);
  }
};

}  // namespace

extern "C" int repeats_in_a_vector() { return W; }

// weights [blocks, P, W] are trained in place; x and y [S, B]; loss [blocks, E, W], mean over the steps of an epoch.
extern "C" void train(float *weights, const float *x, const float *y, float *loss, int blocks, int units, int lanes,
                      int steps, int epochs, float learning_rate) {
  const int count = 4 * units * (units + 2) + units + 1;
  for (int one = 0; one < blocks; one++) {
    std::vector<Vector> own(count);
    std::memcpy(own.data(), weights + one * count * W, count * sizeof(Vector));
    Block block(units, lanes, own.data());
    double power1 = 1, power2 = 1;
    for (int epoch = 0; epoch < epochs; epoch++) {
      Vector total{};
      block.zero_state();
      for (int s = 0; s < steps; s++) {
        power1 *= BETA1;
        power2 *= BETA2;
        block.rate = static_cast<float>(learning_rate * std::sqrt(1 - power2) / (1 - power1));
        total += block.forward(x + s * lanes, y + s * lanes);
        block.backward(x + s * lanes);
      }
      total /= static_cast<float>(steps);
      std::memcpy(loss + (one * epochs + epoch) * W, &total, sizeof total);
    }
    std::memcpy(weights + one * count * W, own.data(), count * sizeof(Vector));
  }
}
