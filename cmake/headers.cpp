// Nothing but the headers that are compiled ahead (cmake/module.cmake).
